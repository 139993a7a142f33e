// What a UI test can do with the active editor, and what it can see there.
import { until } from './until.mjs';

const activeEditor = '.editor-group-container.active .monaco-editor';

export function editorActions({ page }) {
  const editor = page.locator(activeEditor).first();

  /** Types with a short pause after each key, as a person would. */
  const typeText = (text, { delay = 20 } = {}) => page.keyboard.type(text, { delay });

  /** Puts the cursor on a line and column, both counted from 1; without a column, at the end of the line. */
  const goTo = async (line, column) => {
    const box = page.locator('.quick-input-widget');
    // A window that has just been loaded may lose the first key.
    await until('the box for the line', async () => {
      await page.keyboard.press('Control+G');
      return box.waitFor({ timeout: 3_000 }).then(() => true);
    });
    await box.locator('input.input').fill(`:${line}${column ? `:${column}` : ''}`);
    await page.keyboard.press('Enter');
    await box.waitFor({ state: 'hidden' });
    if (!column) await page.keyboard.press('End');
  };

  const goToEnd = () => page.keyboard.press('Control+End');

  /** The lines on screen, from top to bottom, ghost text included. */
  const visibleText = () =>
    editor.locator('.view-lines > .view-line').evaluateAll((lines) =>
      lines
        .map((line) => ({ top: Number.parseFloat(line.style.top), text: line.textContent.replaceAll('\u00a0', ' ') }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text)
        .join('\n'),
    );

  /** The grey suggestion as it is painted, further lines included; an empty string when there is none. */
  const ghostText = () =>
    editor.evaluate((element) => {
      const plain = (node) => node.textContent.replaceAll('\u00a0', ' ');
      // Ghost text is syntax-highlighted: one span for each token, and the decoration's own spans around them.
      const inLine = [...element.querySelectorAll('.view-lines [class*="ghost-text"]')].filter(
        (span) => !span.querySelector('[class*="ghost-text"]'),
      );
      const below = [...element.querySelectorAll('.view-zones [class*="suggest-preview-text"] > *')];
      return [inLine.map(plain).join(''), ...below.map(plain)].join('\n').trimEnd();
    });

  /** Waits for ghost text: any, one that contains a string, or one that matches a pattern. Returns it. */
  const waitForGhostText = (wanted = /\S/, limit) =>
    until(
      `ghost text ${wanted}`,
      async () => {
        const text = await ghostText();
        return (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) && text;
      },
      limit,
    );

  const waitForNoGhostText = (limit) => until('no ghost text', async () => (await ghostText()) === '', limit);

  /**
   * The boxes that extensions have painted in the background, top to bottom, left to right: the computed colour, the
   * border and the place. VS Code's own boxes (selection, current line, brackets) are left out.
   */
  const decorations = () =>
    editor.locator('.view-overlays .cdr[class*="ced-"]').evaluateAll((boxes) =>
      boxes
        .map((box) => {
          const style = getComputedStyle(box);
          const { x, y, width, height } = box.getBoundingClientRect();
          return { colour: style.backgroundColor, border: style.border, className: box.className, x, y, width, height };
        })
        .sort((a, b) => a.y - b.y || a.x - b.x),
    );

  /** The different background colours among the decorations, sorted, without the fully transparent one. */
  const decorationColours = async () => {
    const colours = new Set((await decorations()).map((decoration) => decoration.colour));
    colours.delete('rgba(0, 0, 0, 0)');
    return [...colours].sort();
  };

  /** Where the first visible occurrence of a text is painted: { x, y, width, height } in the page. */
  const textBox = (text) =>
    editor.evaluate((element, wanted) => {
      for (const line of element.querySelectorAll('.view-lines > .view-line')) {
        const start = line.textContent.replaceAll('\u00a0', ' ').indexOf(wanted);
        if (start < 0) continue;
        // A word may lie across several spans, so offsets in the line become places in its text nodes.
        const place = (offset) => {
          const nodes = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          let before = 0;
          for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
            if (offset <= before + node.data.length) return [node, offset - before];
            before += node.data.length;
          }
          throw new Error(`There is no offset ${offset} in the line`);
        };
        const range = document.createRange();
        const [first, from] = place(start + 1);
        range.setStart(first, from - 1);
        range.setEnd(...place(start + wanted.length));
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x, y, width, height };
      }
      throw new Error(`The text is not on screen: ${wanted}`);
    }, text);

  /** Rests the mouse on a text and returns what the hover says; tries again when the mouse came too early. */
  const hover = async (text) => {
    const box = await textBox(text);
    const contents = page.locator('.monaco-hover:not(.hidden) .hover-contents');
    for (let attempt = 0; attempt < 3; attempt++) {
      await page.mouse.move(box.x + 250, box.y + 150);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
      const seen = await contents
        .first()
        .waitFor({ timeout: 4_000 })
        .then(
          () => true,
          () => false,
        );
      const text = async () => (await contents.allInnerTexts()).join('\n');
      // VS Code says so while a provider thinks.
      if (seen) return until('a hover', async () => !(await text()).includes('Loading...') && text());
    }
    throw new Error(`No hover over: ${text}`);
  };

  return {
    typeText,
    goTo,
    goToEnd,
    visibleText,
    ghostText,
    waitForGhostText,
    waitForNoGhostText,
    decorations,
    decorationColours,
    textBox,
    hover,
  };
}
