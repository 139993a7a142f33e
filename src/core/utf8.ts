/** A UTF-8 decoder reduced to its states: what may come next, and where a character is cut. Follows RFC 3629. */

/** Where a decoder stands between two bytes. `boundary`: no character is open. */
type OpenState = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export type Utf8State = 0 | OpenState;
export const boundary = 0;

/** The next byte that each state takes, from and up to and with, and the state after it. */
const continuations: Readonly<Record<OpenState, readonly [from: number, to: number, then: Utf8State]>> = {
  1: [0x80, 0xbf, 0],
  2: [0x80, 0xbf, 1],
  3: [0xa0, 0xbf, 1], // after E0: less would be an overlong form
  4: [0x80, 0x9f, 1], // after ED: more would be a surrogate
  5: [0x80, 0xbf, 2],
  6: [0x90, 0xbf, 2], // after F0: less would be an overlong form
  7: [0x80, 0x8f, 2], // after F4: more would be beyond U+10FFFF
};

/** The state after `byte`, or undefined if valid UTF-8 cannot go on with it. */
export function nextState(state: Utf8State, byte: number): Utf8State | undefined {
  if (state !== boundary) {
    const [from, to, then] = continuations[state];
    return byte >= from && byte <= to ? then : undefined;
  }
  if (byte < 0x80) return 0;
  if (byte < 0xc2) return undefined;
  if (byte < 0xe0) return 1;
  if (byte < 0xf0) return byte === 0xe0 ? 3 : byte === 0xed ? 4 : 2;
  if (byte < 0xf5) return byte === 0xf0 ? 6 : byte === 0xf4 ? 7 : 5;
  return undefined;
}

export function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Where the last character begins and which state it leaves. Looks at no more than the last three bytes. */
function openCharacter(bytes: Uint8Array): { start: number; state: Utf8State } {
  for (let start = bytes.length - 1; start >= Math.max(0, bytes.length - 3); start--) {
    if (isContinuation(bytes[start])) continue;
    let state: Utf8State | undefined = boundary;
    for (let i = start; i < bytes.length && state !== undefined; i++) state = nextState(state, bytes[i] as number);
    return { start, state: state ?? boundary };
  }
  return { start: bytes.length, state: boundary };
}

/** The state after `bytes`; bytes that are no UTF-8 count as whole characters. */
export function stateAfter(bytes: Uint8Array): Utf8State {
  return openCharacter(bytes).state;
}

/** The bytes without the unfinished character at their end. */
export function withoutUnfinished(bytes: Uint8Array): Uint8Array {
  const { start, state } = openCharacter(bytes);
  return state === boundary ? bytes : bytes.subarray(0, start);
}

/** The first position from `position` on that does not stand inside a character. */
export function characterFrom(bytes: Uint8Array, position: number): number {
  let at = position;
  while (at < position + 3 && isContinuation(bytes[at])) at++;
  return at;
}
