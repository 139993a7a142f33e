/** Starts the program of the model process, for a client or for a check of a GPU. */

import { fork, type ChildProcess } from 'node:child_process';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

const keptErrorLines = 12;

/**
 * Drivers that are software, by the names of their files; the loader of Vulkan leaves them out. Of other systems' it is only
 * known that they are slow.
 */
const softwareDrivers = '*lvp*,*swiftshader*';

export interface Forked {
  readonly child: ChildProcess;
  /** Not listening yet. */
  readonly connection: MessageConnection;
  /** The last lines that it wrote to stderr; the array fills while the process runs. */
  readonly errors: readonly string[];
}

export function forkProgram(programFile: string, softwareGpu: boolean): Forked {
  // Options of the debugger and hooks of the parent are not meant for the child.
  const { NODE_OPTIONS: _hooks, VK_LOADER_DRIVERS_DISABLE: disabled, ...environment } = process.env;
  const left = [disabled, ...(softwareGpu ? [] : [softwareDrivers])].filter((names) => names !== undefined);
  const child = fork(programFile, [], {
    env: {
      ...environment,
      // In Electron, execPath is the editor itself; this makes it plain Node.
      ELECTRON_RUN_AS_NODE: '1',
      ...(left.length > 0 && { VK_LOADER_DRIVERS_DISABLE: left.join(',') }),
    },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  // A message that cannot be delivered means that the process is gone, and that is told by its events.
  connection.onError(() => {});
  return { child, connection, errors: keepLastLines(child) };
}

function keepLastLines(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  let open = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (open + text).split('\n');
    open = parts.pop() ?? '';
    lines.push(...parts.filter((line) => line.trim() !== ''));
    lines.splice(0, lines.length - keptErrorLines);
  });
  return lines;
}
