/**
 * Draws held-out bits per byte over training FLOPs, from the logs that training/train.py writes.
 *
 *     npm run eval:curves -- --run BLT=RUNS/flops/blt.log.jsonl --run bytes=RUNS/flops/plain.log.jsonl [--out docs/images]
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { curvePlot, drawPlots, type CurvePoint } from './plots';

const { values } = parseArgs({
  options: {
    run: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: path.join(import.meta.dirname, '../../docs/images') },
  },
});

/** A line of a log: FLOPs so far, the entropy model's included, and held-out bits per byte, averaged over languages. */
interface Checkpoint {
  readonly flops: number;
  readonly mean: number;
}

const points = values.run.flatMap((run): (CurvePoint & { i: number })[] => {
  const [series = '', file] = run.split('=');
  if (file === undefined) throw new Error(`--run wants NAME=LOG, not ${run}`);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line, i) => {
    const { flops, mean } = JSON.parse(line) as Checkpoint;
    return { series, x: flops / 1e12, y: mean, i };
  });
});
if (points.length === 0) throw new Error('There is nothing to draw. Name logs with --run NAME=LOG.');

const spec = curvePlot(
  'Held-out bits per byte at equal training compute',
  { x: 'training compute, 10¹² FLOPs', y: 'bits per byte, mean of 13 languages' },
  points,
  { x: Math.max(...points.map(({ x }) => x)) },
);
const [name = ''] = (await drawPlots([{ name: 'equal-compute', alt: '', spec }], values.out)).values();
process.stdout.write(`${path.join(values.out, name)}\n`);
