/** The page of the inspector: a head, three views behind tabs, and the messages of the extension. */
import './l10n';
import * as l10n from '@vscode/l10n';
import 'uplot/dist/uPlot.min.css';
import './main.css';
import type { Nothing, ShownText, ToView } from '../../src/core/inspectorMessages';
import { unpacked } from '../../src/core/wire';
import { CompletionView } from './completionView';
import { button, element, setAttributes } from './dom';
import { EntropyView } from './entropyView';
import { remember, remembered, send, tabs, type Tab } from './kept';
import { nothing } from './nothing';
import { whole } from './numbers';
import { pngOf, svgOf } from './picture';
import { TypoView } from './typoView';

const entropy = new EntropyView();
const typo = new TypoView();
const completion = new CompletionView();
const panels: Readonly<Record<Tab, HTMLElement>> = {
  entropy: entropy.element,
  typo: typo.element,
  completion: completion.element,
};
const names: Readonly<Record<Tab, string>> = {
  entropy: l10n.t('Entropy and Patches'),
  typo: l10n.t('What a Typo Does'),
  completion: l10n.t('Last Completion'),
};

let shown: ShownText | undefined;

const title = element('h1', {}, l10n.t('Bytewise Inspector'));
const subtitle = element('p', { class: 'subtitle' });
const none = element('div', { class: 'nothing' });
const tabButtons = new Map<Tab, HTMLButtonElement>(
  tabs.map((tab) => [
    tab,
    button(
      names[tab],
      () => {
        choose(tab);
      },
      { role: 'tab', id: `tab-${tab}`, 'aria-controls': `panel-${tab}` },
    ),
  ]),
);
const tabList = element(
  'div',
  { class: 'tabs', role: 'tablist', 'aria-label': l10n.t('Views') },
  ...tabButtons.values(),
);
const exports = element(
  'div',
  { class: 'exports', role: 'group', 'aria-label': l10n.t('Save what is shown') },
  element('span', { 'aria-hidden': true }, l10n.t('Save')),
  ...(['png', 'svg', 'csv', 'json'] as const).map((format) =>
    button(format.toUpperCase(), () => void save(format), {
      'aria-label': l10n.t('Save as {0}', format.toUpperCase()),
    }),
  ),
);

for (const tab of tabs) {
  setAttributes(panels[tab], { role: 'tabpanel', id: `panel-${tab}`, 'aria-labelledby': `tab-${tab}`, class: 'panel' });
}
document
  .getElementById('inspector')
  ?.append(
    element('header', {}, element('div', {}, title, subtitle), exports),
    tabList,
    none,
    ...Object.values(panels),
  );

tabList.addEventListener('keydown', (event) => {
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
  const here = tabs.indexOf(remembered().tab);
  const step = steps[event.key];
  const next = event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : here + (step ?? NaN);
  if (Number.isNaN(next)) return;
  event.preventDefault();
  const tab = tabs[(next + tabs.length) % tabs.length] as Tab;
  choose(tab);
  tabButtons.get(tab)?.focus();
});

function choose(tab: Tab): void {
  const watched = remembered().tab === 'completion';
  remember({ tab });
  arrange();
  if (tab === 'completion') send({ type: 'watch', on: true, again: false });
  else if (watched) send({ type: 'watch', on: false, again: false });
}

/** Shows the chosen view. The last completion needs no editor, the others do. */
function arrange(): void {
  const chosen = remembered().tab;
  for (const [tab, tabButton] of tabButtons) {
    const isChosen = tab === chosen;
    setAttributes(tabButton, { 'aria-selected': String(isChosen), tabindex: isChosen ? 0 : -1 });
    panels[tab].hidden = !isChosen || (tab !== 'completion' && shown === undefined);
  }
  none.hidden = chosen === 'completion' || shown !== undefined;
  exports.hidden = chosen !== 'entropy' || shown === undefined;
  typo.visible = chosen === 'typo';
  if (chosen !== 'completion') completion.hide();
}

function show(what: ShownText | Nothing): void {
  shown = what.kind === 'text' ? what : undefined;
  if (what.kind === 'nothing') {
    none.replaceChildren(...nothing(what));
    subtitle.textContent = '';
    arrange();
    return;
  }
  const { file, firstLine, lineStarts, model } = what;
  const last = firstLine + Math.max(0, lineStarts.length - 1);
  subtitle.textContent = l10n.t('{0}, lines {1} to {2}, {3}', file, whole(firstLine), whole(last), model.modelName);
  // A hidden view has no size to draw in, so it is put on screen before it is drawn.
  arrange();
  entropy.show(what);
  typo.show(what);
}

async function save(format: 'png' | 'svg' | 'csv' | 'json'): Promise<void> {
  if (!shown) return;
  const { thresholdNats, starts, view } = entropy;
  if (format === 'csv' || format === 'json') {
    send({ type: 'saveTable', format, thresholdNats });
    return;
  }
  const svg = svgOf(shown, starts, thresholdNats, view);
  send({ type: 'saveImage', format, data: format === 'svg' ? new TextEncoder().encode(svg) : await pngOf(svg) });
}

window.addEventListener('message', ({ data }: MessageEvent<string>) => {
  const message = unpacked(data) as ToView;
  switch (message.type) {
    case 'show':
      show(message.shown);
      return;
    case 'place':
      entropy.follow(message.place);
      typo.follow(message.place);
      return;
    case 'compared':
      void typo.compared(message.id, message.lines);
      return;
    case 'completion':
      completion.show(message.completion);
  }
});

arrange();
send({ type: 'ready' });
if (remembered().tab === 'completion') send({ type: 'watch', on: true, again: false });
