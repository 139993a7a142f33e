/** The section of docs/results.md about the whole product path. `npm run eval` keeps it. */

import type { Numbers } from './keystrokes';

interface Report {
  readonly clean: Numbers;
  readonly typos: Numbers;
  readonly modelAlone: { readonly clean: Numbers; readonly typos: Numbers };
  readonly facts: {
    readonly segments: number;
    readonly intervalMs: number;
    readonly reactionMs: number;
    readonly gate: number;
    readonly model: string;
    readonly device: string;
    readonly minutes: number;
  };
}

const title = '## Keystrokes saved, through the extension';

export function section({ clean, typos, modelAlone, facts }: Report): string {
  const percent = (share: number) => (100 * share).toFixed(1);
  const ms = (times: Numbers['keyToGhostMs']) => (times ? `${times.p50} / ${times.p95}` : '–');
  const row = (name: string, one: Numbers) =>
    `| ${name} | ${percent(one.keystrokesSaved)} | ${percent(one.showPrecision)} | ${one.showsPer100Keys.toFixed(1)} | ${ms(one.keyToGhostMs)} | ${ms(one.typedThroughMs)} |`;
  const share = (of: Numbers, alone: Numbers) => (of.keystrokesSaved / alone.keystrokesSaved).toFixed(2);
  return `${title}

Written by \`npm run bench:keystrokes -- --write\`: the simulated user types ${facts.segments} of the held-out segments, one key each ${facts.intervalMs} ms, into the extension's own provider and its engine process (${facts.model} on the ${facts.device.toUpperCase()}, gate ${facts.gate}). VS Code's wait of 50 ms and what the engine needs count: a suggestion can be taken when it has been on screen for ${facts.reactionMs} ms at the last key. "Model alone": the same segments and gate without the extension, where every answer is there at once. Typos: in 3 % of the letters before the segment. Times are from VS Code's question to new ghost text, and to what is left of a text that is typed, p50 / p95 in ms.

| | saved % | precision % | shows per 100 keys | ghost text ms | typed on ms |
| --- | --: | --: | --: | --: | --: |
${row('extension', clean)}
${row('model alone', modelAlone.clean)}
${row('extension, typos before', typos)}
${row('model alone, typos before', modelAlone.typos)}

The extension saves ${share(clean, modelAlone.clean)} of what the model alone saves, with typos ${share(typos, modelAlone.typos)}; the goal is 0.90. ${facts.minutes.toFixed(0)} minutes.
`;
}
