/** The messages between client and model process. vscode-jsonrpc adds ids, replies and cancellation. */

import { NotificationType, ProgressType, RequestType, ResponseError } from 'vscode-jsonrpc/node';
import {
  EngineError,
  type CompleteRequest,
  type CompleteResult,
  type EngineInfo,
  type EngineOptions,
  type MeasureRequest,
  type Measurement,
  type ProviderAttempt,
  type ScoreRequest,
  type ScoreResult,
} from '../core/engine';

/** What an error reply carries beside its message. */
interface Failure {
  readonly kind: EngineError['kind'] | 'cancelled';
}

/** With a token, progress is reported under it. */
interface WithProgress {
  readonly progressToken?: number;
}

/** An execution provider by its name. */
export type Provider = ProviderAttempt['provider'];

/** A package, and where it is to run. */
export interface LoadMessage extends Pick<EngineOptions, 'modelDirectory' | 'texts'> {
  readonly provider: Provider;
  /** Of a GPU: rows that one run may have. */
  readonly mostRows: number;
  /** What was tried, for `EngineInfo.attempts`. */
  readonly attempts: readonly ProviderAttempt[];
}

export interface CheckMessage extends Pick<EngineOptions, 'modelDirectory'> {
  readonly provider: Provider;
}

/** What a check of a GPU has found. Times are milliseconds per byte: one by one, and of 48 bytes at once. */
export interface Verdict {
  readonly works: boolean;
  /** Why it does not. */
  readonly reason: string;
  /** Rows that one run may have for its numbers to be right. */
  readonly mostRows: number;
  readonly gpu: Pace;
  readonly cpu: Pace;
}

export interface Pace {
  readonly msPerByte: number;
  readonly msPerByteAtOnce: number;
}

export const loadRequest = new RequestType<LoadMessage, EngineInfo, Failure>('load');
/** The process that is asked this is of no use for anything else afterwards. */
export const checkRequest = new RequestType<CheckMessage, Verdict, Failure>('check');
/** The model has moved to another device. */
export const movedNotification = new NotificationType<EngineInfo>('moved');
export const completeRequest = new RequestType<CompleteRequest & WithProgress, CompleteResult, Failure>('complete');
/** Bytes that were generated so far. */
export const completeProgress = new ProgressType<Uint8Array>();
export const scoreRequest = new RequestType<ScoreRequest, ScoreResult, Failure>('score');
export const measureRequest = new RequestType<MeasureRequest & WithProgress, Measurement, Failure>('measure');
/** Bytes of the range that are measured. */
export const measureProgress = new ProgressType<number>();

/** JSON-RPC leaves these codes to applications. */
const failed = -32000;

export function toReply(error: unknown): ResponseError<Failure> {
  if (error instanceof EngineError) return new ResponseError(failed, error.message, { kind: error.kind });
  const cancelled = error instanceof Error && error.name === 'Cancelled';
  // A stack is what one wants to see in the log for a bug.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ResponseError(failed, text, { kind: cancelled ? 'cancelled' : 'bug' });
}

export function fromReply(error: unknown): Error {
  if (!(error instanceof ResponseError)) return new EngineError(error instanceof Error ? error.message : String(error));
  const kind = (error as ResponseError<Failure | undefined>).data?.kind;
  return kind === 'cancelled' ? aborted() : new EngineError(error.message, kind);
}

/** What a request rejects with once nobody wants its answer. */
export function aborted(): Error {
  const error = new Error('The request was aborted.');
  error.name = 'AbortError';
  return error;
}
