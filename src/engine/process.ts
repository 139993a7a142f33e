/** The model process: a program of its own, started by client.ts, which speaks with it over Node's IPC channel. */

import * as l10n from '@vscode/l10n';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { check } from './check';
import { Inference } from './inference';
import {
  checkRequest,
  completeProgress,
  completeRequest,
  loadRequest,
  measureProgress,
  measureRequest,
  movedNotification,
  scoreRequest,
  toReply,
} from './protocol';
import type { Wanted } from './turn';

const inference = new Inference();
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

/** Every failure becomes a reply, so that no request waits for ever. */
const answering =
  <In, Out>(answer: (request: In, wanted: Wanted) => Promise<Out>) =>
  async (request: In, wanted: Wanted) => {
    try {
      return await answer(request, wanted);
    } catch (error) {
      return toReply(error);
    }
  };

connection.onRequest(
  loadRequest,
  answering(({ texts, ...options }) => {
    if (texts) l10n.config({ contents: texts });
    return inference.load(options);
  }),
);
connection.onRequest(checkRequest, answering(check));
connection.onRequest(
  completeRequest,
  answering(({ progressToken, ...request }, wanted) => {
    const tell = (bytes: Uint8Array) => void connection.sendProgress(completeProgress, progressToken as number, bytes);
    return inference.complete(request, wanted, progressToken === undefined ? undefined : tell);
  }),
);
connection.onRequest(
  scoreRequest,
  answering((request, wanted) => inference.score(request, wanted)),
);
connection.onRequest(
  measureRequest,
  answering(({ progressToken, ...request }, wanted) =>
    inference.measure(request, wanted, (bytes) => {
      if (progressToken !== undefined) void connection.sendProgress(measureProgress, progressToken, bytes);
    }),
  ),
);
inference.onMoved = (info) => void connection.sendNotification(movedNotification, info);
connection.listen();

// Nobody is left to work for.
process.on('disconnect', () => process.exit(0));
