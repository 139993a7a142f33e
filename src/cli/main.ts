/** The program `bytewise`. It wires the command line to this process and to the engine; everything else takes those. */
import path from 'node:path';
import { supportsColor } from 'chalk';
import packageJson from '../../package.json';
import { EngineClient } from '../engine/client';
import { cacheDirectory } from './cacheDirectory';
import { Messages, Output } from './output';
import { run } from './program';

const { NO_COLOR: noColour } = process.env;

void run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: new Output(process.stdout),
  messages: new Messages(process.stderr),
  colours: noColour || !supportsColor ? 0 : supportsColor.level,
  version: packageJson.version,
  // As seen from dist/cli.js.
  defaultModelDirectory: path.join(__dirname, '../models/bytewise-small'),
  startEngine: (options) =>
    new EngineClient(path.join(__dirname, 'engine.js'), { memoryDirectory: cacheDirectory(), ...options }),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
