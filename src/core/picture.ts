/** Small pictures for Markdown: SVG in the colours of a theme, as addresses that hold the picture itself. */
import * as l10n from '@vscode/l10n';
import { bandCount, bandStartsInBits } from './heatMap';
import { heatMapScale, type Scale, type ThemeKind } from './heatMapScale';
import { inRow } from './list';

/** Foreground of VS Code's own themes; a picture cannot see the theme that it is shown in. */
const ink: Readonly<Record<ThemeKind, string>> = {
  light: '#3b3b3b',
  dark: '#cccccc',
  highContrast: '#ffffff',
  highContrastLight: '#292929',
};

/** Lengths in pixels. */
const barWidth = 120;
const barHeight = 10;

/** A bar for a probability; the one of the byte that stands there is filled, the others are outlined as well. */
export function probabilityBar(probability: number, stands: boolean, theme: ThemeKind, scale: Scale): string {
  const colours = heatMapScale(theme, scale);
  const colour = colours.at(-1)?.line ?? ink[theme];
  const width = Math.max(1, Math.round(probability * barWidth));
  const fill = stands ? colour : 'none';
  return address(
    barWidth + 2,
    barHeight + 2,
    `<rect x="1" y="1" width="${width}" height="${barHeight}" fill="${fill}" stroke="${colour}"/>`,
  );
}

/** How the line under a band is drawn: the styles of CSS borders, as dashes of a stroke and its width. */
const strokes = [
  { width: 0, dashes: '' },
  { width: 1, dashes: '1 1' },
  { width: 1, dashes: '3 2' },
  { width: 1, dashes: '' },
  { width: 2, dashes: '' },
  { width: 3, dashes: '' },
];

/** The bands from left to right, each with its background, its line and the bits where it begins. */
export function legend(theme: ThemeKind, scale: Scale): string {
  const width = 44;
  const bands = heatMapScale(theme, scale).map(({ wash, line }, band) => {
    const x = band * width + 1;
    const { width: stroke, dashes } = strokes[band] ?? { width: 0, dashes: '' };
    const label = `${bandStartsInBits[band]}${band === bandCount - 1 ? '+' : ''}`;
    const y = 22 - stroke / 2;
    const under =
      stroke === 3
        ? `<path d="M${x} 19.5h${width - 2}M${x} 21.5h${width - 2}" stroke="${line}" stroke-width="1"/>`
        : `<path d="M${x} ${y}h${width - 2}" stroke="${line}" stroke-width="${stroke}" stroke-dasharray="${dashes}"/>`;
    return (
      `<rect x="${x}" y="2" width="${width - 2}" height="20" fill="${wash}"/>${stroke > 0 ? under : ''}` +
      `<text x="${x + width / 2 - 1}" y="16" fill="${ink[theme]}" text-anchor="middle">${label}</text>`
    );
  });
  return address(bandCount * width, 26, `<g font-family="sans-serif" font-size="12">${bands.join('')}</g>`);
}

const address = (width: number, height: number, content: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`,
  ).replaceAll(/[()']/g, (bracket) => `%${bracket.charCodeAt(0).toString(16)}`)}`;

/** The bands in words, for who does not see the picture. */
export function legendInWords(): string {
  const styles = [
    l10n.t('no line'),
    l10n.t('dotted line'),
    l10n.t('dashed line'),
    l10n.t('thin line'),
    l10n.t('thick line'),
    l10n.t('double line'),
  ];
  return inRow(bandStartsInBits.map((bits, band) => l10n.t('from {0} bits: {1}', bits, styles[band] ?? '')));
}
