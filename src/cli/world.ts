/** All that the program knows of the world; tests make one of their own. */
import type { Readable } from 'node:stream';
import type { ColorSupportLevel } from 'chalk';
import type { EngineOptions } from '../core/engine';
import type { EngineProcess } from './benchmark';
import type { Messages, Output } from './output';

export interface World {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly messages: Messages;
  /** Colours of standard output; 0 for none. */
  readonly colours: ColorSupportLevel;
  readonly version: string;
  readonly defaultModelDirectory: string;
  startEngine(options: EngineOptions): EngineProcess;
}
