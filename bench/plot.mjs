// node bench/plot.mjs GROWTH.json... : the plots of docs/performance.md from what bench/growth.ts printed. Of several runs of
// the same model the least time counts for each point: what is above it is other work on the machine.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

const images = path.resolve(import.meta.dirname, '../docs/images');
const rows = new Map();
for (const row of process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')))) {
  const key = `${row.model} ${row.context}`;
  const old = rows.get(key);
  if (old === undefined || row.leastMsPerByte < old.leastMsPerByte) rows.set(key, row);
}
const values = [...rows.values()].map((row) => ({ ...row, weightsMb: row.weightBytesPerByte / 1e6 }));

const time = { field: 'leastMsPerByte', type: 'quantitative', title: 'ms per byte' };
const plots = {
  'growth-context': {
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'context', type: 'quantitative', scale: { type: 'log', base: 2 }, title: 'bytes of context' },
      y: { ...time, scale: { type: 'log', base: 2 } },
      color: { field: 'model', type: 'nominal', title: null },
    },
  },
  'growth-model': {
    transform: [{ filter: 'datum.context == 1024' }],
    mark: { type: 'point', filled: true, size: 80 },
    encoding: {
      x: { field: 'weightsMb', type: 'quantitative', title: 'MB of weights read per byte' },
      y: time,
      color: { field: 'model', type: 'nominal', title: null },
    },
  },
};
for (const [name, plot] of Object.entries(plots)) {
  const spec = compile({ width: 420, height: 240, background: 'white', padding: 12, data: { values }, ...plot }).spec;
  writeFileSync(path.join(images, `${name}.svg`), await new View(parse(spec), { renderer: 'none' }).toSVG());
}
for (const { model, context, leastMsPerByte, bytesPerPatch, msPerByteOfPrefill, weightsMb, stateMb } of values) {
  console.log(
    `| ${[model, context, leastMsPerByte, msPerByteOfPrefill, bytesPerPatch, weightsMb.toFixed(1), stateMb].join(' | ')} |`,
  );
}
