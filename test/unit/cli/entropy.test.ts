import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { characters } from '../../../src/cli/heatText';
import { info, ScriptedEngine } from './scriptedEngine';
import { BrokenSink, bytewise, Sink } from './testWorld';

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bytewise-entropy-'))));
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function fileOf(content: string | Uint8Array): string {
  const file = path.join(folder, 'file.txt');
  fs.writeFileSync(file, content);
  return file;
}

/** Certain of everything but of `!` and of bytes behind ASCII. */
const engine = () => new ScriptedEngine(undefined, (byte) => (byte === 0x21 || byte > 0x7f ? 3 : 0.25));

const bytewiseEntropy = (
  content: string | Uint8Array,
  setting: Parameters<typeof bytewise>[1] = {},
  ...flags: string[]
) => bytewise(['entropy', fileOf(content), ...flags], { engine: engine(), ...setting });

interface EntropyJson {
  bytes: number;
  entropyBits: number[];
  patchStarts: number[];
  threshold: number;
  thresholdNats: number;
}
const json = async (content: string | Uint8Array) => {
  const { exitCode, stdout, stderr } = await bytewiseEntropy(content, {}, '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout.endsWith('}\n')).toBe(true);
  return JSON.parse(stdout) as EntropyJson;
};

const threshold = (info.thresholdNats ?? NaN) / Math.LN2;

describe('--json', () => {
  test('one number per byte, in bits', async () => {
    const found = await json('ab!c');
    expect(Object.keys(found)).toEqual(['bytes', 'entropyBits', 'patchStarts', 'threshold', 'thresholdNats']);
    expect(found).toMatchObject({ bytes: 4, patchStarts: [0, 2], thresholdNats: info.thresholdNats });
    expect(found.threshold).toBeCloseTo(threshold, 12);
    expect(found.entropyBits[0]).toBeCloseTo(0.25 / Math.LN2, 12);
    expect(found.entropyBits[2]).toBeCloseTo(3 / Math.LN2, 12);
  });

  test('an empty file', async () => {
    expect(await json('')).toMatchObject({ bytes: 0, entropyBits: [], patchStarts: [], thresholdNats: 2 });
  });

  test.each([
    ['a byte order mark', Buffer.from('\ufeffa')],
    ['CRLF', Buffer.from('a\r\nb\r\n')],
    ['no UTF-8', Buffer.from([0xff, 0x00, 0xc3, 0x28, 0xe2, 0x82])],
  ])('%s: every byte counts', async (_, content) => {
    const found = await json(content);
    expect(found.bytes).toBe(content.length);
    expect(found.entropyBits.length).toBe(content.length);
  });

  test('a large file is measured in ranges without a gap', async () => {
    const content = Buffer.alloc(2_500_000, 'abc!');
    const scripted = engine();
    const { stdout } = await bytewise(['entropy', fileOf(content), '--json'], { engine: scripted });
    expect(scripted.measured).toEqual([
      [0, 1_048_576],
      [1_048_576, 2_097_152],
      [2_097_152, 2_500_000],
    ]);
    const found = JSON.parse(stdout) as EntropyJson;
    expect(found.entropyBits.length).toBe(content.length);
    // As lists of tens of thousands of numbers, they would be compared slowly.
    const expected = [0, ...Array.from({ length: content.length / 4 }, (_, i) => 4 * i + 3)];
    expect(found.patchStarts.join()).toBe(expected.join());
    expect(found.entropyBits.every((bits, i) => bits > found.threshold === (i % 4 === 3))).toBe(true);
  });

  test('progress is for terminals', async () => {
    const content = Buffer.alloc(70_000, 'a');
    const stderr = Object.assign(new Sink(), { isTTY: true });
    expect((await bytewiseEntropy(content, { stderr }, '--json')).stderr).toContain('Measured 34 of 68 KB');
    expect((await bytewiseEntropy(content, {}, '--json')).stderr).toBe('');
  });

  test('a reader that goes away', async () => {
    const outcome = await bytewiseEntropy(Buffer.alloc(70_000, 'a'), { stdout: new BrokenSink(2) }, '--json');
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('without colours', () => {
  test('marks before patch starts, nothing else', async () => {
    const { stdout, stderr } = await bytewiseEntropy('ab!c\r\n!d');
    expect(stdout).toBe('│ab│!c\r\n│!d');
    expect(stderr).toBe('│ patch start: entropy above 2.89 bits; 8 bytes in 3 patches\n');
  });

  test('a start inside of a character is marked before it', async () => {
    expect((await bytewiseEntropy('a€b')).stdout).toBe('│a│€b');
  });

  test('an empty file', async () => {
    expect(await bytewiseEntropy('')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  test('without the marks it is the file, whatever its bytes are', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 9 }),
      fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const content = Buffer.concat(pieces);
        fc.pre(!content.includes('│'));
        const { stdoutBytes } = await bytewiseEntropy(content);
        expect(stdoutBytes.toString('latin1').replaceAll(Buffer.from('│').toString('latin1'), '')).toBe(
          content.toString('latin1'),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('control characters become pictures on a terminal', async () => {
    const stdout = () => Object.assign(new Sink(), { isTTY: true });
    const content = Buffer.from([0x61, 0x1b, 0x09, 0x0d, 0x0a, 0x7f, 0xc2, 0x9b, 0xff, 0x62]);
    const plain = await bytewiseEntropy(content, { stdout: stdout() });
    expect(plain.stdout).toBe('│a␛\t␍\n␡│\ufffd│\ufffdb');
    const coloured = await bytewiseEntropy(content, { stdout: stdout(), colours: 3 });
    expect(stripVTControlCharacters(coloured.stdout).split('\n\nbits')[0]).toBe('▏a␛\t␍\n␡▏\ufffd▏\ufffdb');
  });
});

describe('with colours', () => {
  const coloured = (content: string, colours: 1 | 2 | 3 = 3) => bytewiseEntropy(content, { colours });

  test('the text, its marks, and the legend as the last line', async () => {
    const { stdout, stderr } = await coloured('ab!c\n!d');
    expect(stderr).toBe('');
    const lines = stripVTControlCharacters(stdout).split('\n');
    expect(lines).toEqual([
      '▏ab▏!c',
      '▏!d',
      '',
      'bits  0–0.5  0.5–1  1–2  2–3  3–4.5  4.5+   ▏ patch start: entropy above 2.89 bits; 7 bytes in 3 patches',
      '',
    ]);
  });

  test('the lowest band keeps the colours of the terminal, a higher one has a background', async () => {
    const { stdout } = await coloured('a!');
    expect(stdout.split('\n')[0]).toMatch(/a.\[2m▏.\[22m.*.\[48;2;\d+;\d+;\d+m!.\[49m/);
    expect(stdout.split('\n')[0]?.startsWith('\u001b[2m▏\u001b[22ma')).toBe(true);
  });

  test('colours end with the line', async () => {
    const { stdout } = await coloured('!\n!\n');
    for (const line of stdout.split('\n').slice(0, 2)) expect(line.endsWith('\u001b[49m\u001b[39m')).toBe(true);
  });

  test('with sixteen colours the bands still differ', async () => {
    const { stdout } = await coloured('', 1);
    const legend = stdout.split('\n').at(-2) ?? '';
    const backgrounds = [...legend.matchAll(/\[(4\d|10\d)m/g)].map(([, code]) => code).filter((code) => code !== '49');
    expect(new Set(backgrounds).size).toBe(5);
    expect(backgrounds.length).toBe(5);
  });

  test('a long line comes in pieces', async () => {
    const stdout = new Sink();
    await bytewiseEntropy('a!'.repeat(100_000), { stdout, colours: 3 });
    expect(Math.max(...stdout.chunks.map((chunk) => chunk.length))).toBeLessThan(1_000_000);
    expect(stripVTControlCharacters(stdout.text).split('\n')[0]?.replaceAll('▏', '')).toBe('a!'.repeat(100_000));
  });
});

test('characters are those of the UTF-8 decoder, and every byte belongs to one', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const found = [...characters(bytes)];
      let place = 0;
      for (const { start, end, valid } of found) {
        expect(start).toBe(place);
        place = end;
        if (!valid) expect(end - start).toBe(1);
        else expect(Buffer.from(bytes.subarray(start, end)).toString()).toMatch(/^.$/su);
      }
      expect(place).toBe(bytes.length);
    }),
  );
});
