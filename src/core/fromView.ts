/** What the inspector's web view asks for, checked at the door: a page is no part of the extension that can be trusted. */
import * as v from 'valibot';
import { byteOffset } from './bytes';
import { imageFormats, tableFormats, type FromView } from './inspectorMessages';
import { unpacked } from './wire';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const offset = v.pipe(whole, v.transform(byteOffset));

const Message = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('go'), uri: v.string(), version: whole, start: offset, end: offset }),
  v.object({ type: v.literal('compare'), id: whole, start: offset, line: v.string() }),
  v.object({ type: v.literal('watch'), on: v.boolean(), again: v.boolean() }),
  v.object({ type: v.literal('saveImage'), format: v.picklist(imageFormats), data: v.instance(Uint8Array) }),
  v.object({
    type: v.literal('saveTable'),
    format: v.picklist(tableFormats),
    thresholdNats: v.nullable(v.pipe(v.number(), v.finite())),
  }),
  v.object({ type: v.literal('run'), command: v.string() }),
]);

/** The message of a view, or nothing if it is none. */
export function fromView(text: unknown): FromView | undefined {
  let message: unknown;
  try {
    message = unpacked(text as string);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(Message, message);
  return parsed.success ? parsed.output : undefined;
}
