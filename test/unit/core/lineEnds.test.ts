import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsCrLf, withLineFeedsOnly } from '../../../src/core/lineEnds';

test('CRLF becomes LF, and every byte knows its place', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\r', '\n', '\r\n', '\t')), (parts) => {
      const text = Buffer.from(parts.join(''));
      const { bytes, placeOf } = withLineFeedsOnly(text);
      expect(Buffer.from(bytes).toString()).toBe(text.toString().replaceAll('\r\n', '\n'));
      for (const [i, byte] of text.entries()) {
        const startsCrLf = endsCrLf(text, i + 1);
        expect(bytes[placeOf[i] as number]).toBe(startsCrLf ? 0x0a : byte);
        if (endsCrLf(text, i)) expect(placeOf[i]).toBe(placeOf[i - 1]);
      }
    }),
  );
});
