// A session at the keyboard in the real workbench: how long the ghost text of a key takes to be seen, and how long the
// extension host is held up meanwhile. The figures of a quiet machine stand in docs/performance.md.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds from one key to the next, in turn, and from seeing a suggestion to taking it. */
const rhythm = [130, 95, 180, 110, 240, 150, 90, 120, 330, 105, 140];
const reaction = 300;
/** Every so many keys one is a slip that is taken back. */
const slipEvery = 37;
/** VS Code waits so long after a key before it asks. */
const editorWait = 50;
/** What a busy machine may need; the goals, for a quiet one, are in docs/performance.md. */
const limits = { newTextMs: 2_000, typedOnMs: 500, oursMs: 30 };

const folder = new URL('../../src/core/', import.meta.url);
const source = (name) => readFileSync(new URL(name, folder), 'utf8');
/** A file long enough for all windows, and tabs to copy from beside it. */
const tabs = ['manifest.ts', 'measuredLines.ts', 'engine.ts', 'copying.ts', 'repair.ts', 'statistics.ts'];
const long = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !tabs.includes(name))
  .map(source)
  .join('\n');

/** Code as the files have it, in words of theirs. */
const text = `
/** The number of lines in which something is missing. */
export function missingLines(lines: MeasuredLines, from: number): number {
  let count = 0;
  for (let line = from; line < lines.lineCount; line++) {
    if (!lines.isComplete(line)) count++;
  }
  return count;
}
`;

// Only what is typed is written, and keys say what they say.
export const settings = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoClosingComments': 'never',
  'editor.autoIndent': 'none',
  'editor.acceptSuggestionOnEnter': 'off',
  'editor.acceptSuggestionOnCommitCharacter': false,
  'editor.formatOnType': false,
};

/** Notes in the page when each key came and when the painted ghost text changed. */
function observe() {
  const editor = document.querySelector('.editor-group-container.active .monaco-editor');
  const plain = (node) => node.textContent.replaceAll('\u00a0', ' ');
  const painted = () =>
    [...editor.querySelectorAll('.view-lines [class*="ghost-text"]')]
      .filter((span) => !span.querySelector('[class*="ghost-text"]'))
      .map(plain)
      .join('');
  const notes = [];
  window.typingNotes = notes;
  let last = painted();
  window.addEventListener('keydown', ({ key }) => notes.push({ at: performance.now(), key }), true);
  new MutationObserver(() => {
    const now = painted();
    if (now === last) return;
    last = now;
    notes.push({ at: performance.now(), text: now });
  }).observe(editor.querySelector('.view-lines'), { childList: true, subtree: true, characterData: true });
}

/** Milliseconds from a key to the text that followed it: to new ones, and to what was left of one that was typed. */
function timesOf(notes) {
  const times = { newText: [], typedOn: [] };
  let key;
  let before = '';
  for (const note of notes) {
    if (note.key) key = note;
    else {
      const goesOn = before.endsWith(note.text) && before.length - note.text.length <= 2;
      if (note.text && key) times[goesOn ? 'typedOn' : 'newText'].push(note.at - key.at);
      // Between two texts the editor may paint none for a moment.
      if (note.text || !key) before = note.text;
    }
  }
  return times;
}

function percentiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * sorted.length)];
  return { n: sorted.length, p50: at(0.5), p95: at(0.95) };
}
const inWords = ({ n, p50, p95 }) => `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (${n})`;

export default async function (ui) {
  const { step, shot, until, page, newFile, goToEnd, goTo, ghostText, runCommand, visibleText, changeSettings } = ui;
  const { watchingHost } = ui;
  const suggestList = page.locator('.suggest-widget.visible');

  /** Writes the text as a person would: with slips that are taken back, and with the suggestions that are right. */
  async function typeSession() {
    let keys = 0;
    const press = async (key) => {
      await page.keyboard.press(key);
      await page.waitForTimeout(rhythm[keys++ % rhythm.length]);
    };
    for (let at = 0; at < text.length;) {
      const ghost = await ghostText();
      if (ghost.trim().length > 2 && text.startsWith(ghost, at) && !(await suggestList.isVisible())) {
        await page.waitForTimeout(reaction);
        if ((await ghostText()) === ghost) {
          await press('Tab');
          at += ghost.length;
          continue;
        }
      }
      if (keys % slipEvery === slipEvery - 1) {
        await press('x');
        await press('Backspace');
      }
      if (await suggestList.isVisible()) await page.keyboard.press('Escape');
      await press(text[at] === '\n' ? 'Enter' : text[at]);
      at++;
    }
  }

  async function session() {
    await goToEnd();
    const watched = await watchingHost(() => typeSession());
    await until('all of the text', async () => (await visibleText()).includes('  return count;'));
    return watched;
  }

  await step('a long file is open, and others beside it', async () => {
    for (const name of tabs) await newFile(name, source(name));
    await newFile('session.ts', long);
    await goTo(1);
    await runCommand('Bytewise: Trigger Suggestion');
    // The neighbours are read while nobody types.
    await page.waitForTimeout(3_000);
  });

  const without = await step('without Bytewise', async () => {
    await changeSettings({ 'bytewise.enable': false });
    const watched = await session();
    await changeSettings({ 'bytewise.enable': true });
    return watched;
  });

  const watched = await step('with it', async () => {
    await page.evaluate(observe);
    const seen = await session();
    await shot('session');
    return seen;
  });

  await step('what was measured', async () => {
    const { newText, typedOn } = timesOf(await page.evaluate(() => window.typingNotes));
    const late = ({ p50, p99, max }) => `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, longest ${max.toFixed(1)} ms`;
    console.log(`    key to new ghost text: ${inWords(percentiles(newText))}, VS Code's own ${editorWait} ms included`);
    console.log(`    key to the rest of what is typed on: ${inWords(percentiles(typedOn))}`);
    console.log(`    timers late, without Bytewise: ${late(without.late)}`);
    console.log(`    timers late, with Bytewise: ${late(watched.late)}`);
    for (const { ms, in: functions } of watched.stretches) {
      const where = functions.map(([name, one]) => `${name} ${one.toFixed(1)}`).join(', ');
      console.log(`    Bytewise at a stretch: ${ms.toFixed(1)} ms: ${where}`);
    }
    assert.ok(newText.length >= 10, `${newText.length} new ghost texts`);
    assert.ok(percentiles(newText).p95 < limits.newTextMs);
    assert.ok(percentiles(typedOn).p95 < limits.typedOnMs);
    assert.ok(watched.stretches.length > 0, 'code of Bytewise was seen');
    assert.ok(watched.stretches[0].ms < limits.oursMs);
  });
}
