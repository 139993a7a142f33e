/**
 * Messages between the extension and a web view as JSON. Typed arrays would arrive as plain objects, so they travel as
 * hexadecimal digits of their bytes; every platform of VS Code is little-endian.
 */

type Kind = 'Uint8Array' | 'Float32Array';

/** Stands for a typed array. */
interface Packed {
  readonly $array: Kind;
  readonly hex: string;
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function packed(message: unknown): string {
  return JSON.stringify(message, (_, value: unknown) => {
    if (value instanceof Uint8Array) return pack('Uint8Array', value);
    if (value instanceof Float32Array) return pack('Float32Array', value);
    return value;
  });
}

function pack(kind: Kind, { buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Packed {
  return {
    $array: kind,
    hex: Array.from(new Uint8Array(buffer, byteOffset, byteLength), (byte) => digits[byte]).join(''),
  };
}

export function unpacked(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (isPacked(value) ? unpack(value) : value));
}

const isPacked = (value: unknown): value is Packed =>
  typeof value === 'object' && value !== null && '$array' in value && 'hex' in value;

function unpack({ $array, hex }: Packed): Uint8Array | Float32Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return $array === 'Uint8Array' ? bytes : new Float32Array(bytes.buffer);
}
