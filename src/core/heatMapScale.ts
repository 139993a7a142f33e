/**
 * The colours of the heat map: after cividis, which looks the same with and without a colour-vision deficiency, after magma,
 * or in greys. All three are even to the eye and tell more from less by lightness alone. The editor takes them from package.json, where a theme can override them; a test holds the two together.
 */
import { rgb } from 'd3-color';
import { interpolateCividis, interpolateGreys, interpolateMagma } from 'd3-scale-chromatic';
import { bandCount } from './heatMap';

export const themeKinds = ['light', 'dark', 'highContrast', 'highContrastLight'] as const;
export type ThemeKind = (typeof themeKinds)[number];

/** `wash` lies behind the text, `line` under it. Both are `#rrggbb` or `#rrggbbaa`. */
export interface BandColours {
  readonly wash: string;
  readonly line: string;
}

const transparent = '#00000000';

export const scales = ['cividis', 'magma', 'greys'] as const;
export type Scale = (typeof scales)[number];

/** From dark at 0 to light at 1. */
const interpolate: Readonly<Record<Scale, (place: number) => string>> = {
  cividis: interpolateCividis,
  magma: interpolateMagma,
  greys: (place) => interpolateGreys(1 - place),
};

/** The theme colour of a band's background; with `Line` behind it, of the line under the text. */
export const bandColour = (scale: Scale, band: number): string =>
  `bytewise.heatMap.${scale === 'cividis' ? '' : `${scale}.`}band${band + 1}`;

/**
 * The more surprising, the further from the background: towards yellow on dark, towards blue on light. The washes are
 * thin enough for the text in front of them; the upper bands are underlined as well. In high contrast nothing is washed
 * and the kind of line alone tells the bands apart.
 */
export function heatMapScale(theme: ThemeKind, scale: Scale = 'cividis'): BandColours[] {
  const colour = interpolate[scale];
  const washed = (place: number, alpha: number) => rgb(colour(place)).copy({ opacity: alpha }).formatHex8();
  const solid = (place: number) => rgb(colour(place)).formatHex();
  return Array.from({ length: bandCount }, (_, band) => {
    const heat = band / (bandCount - 1);
    const lined = band >= bandCount / 2;
    switch (theme) {
      case 'dark':
        return {
          wash: washed(0.15 + 0.85 * heat, (scale === 'cividis' ? 0.4 : 0.38) - 0.14 * heat),
          line: lined ? solid(heat) : transparent,
        };
      case 'light':
        return { wash: washed(0.95 - 0.85 * heat, 0.12 + 0.2 * heat), line: lined ? solid(1 - heat) : transparent };
      case 'highContrast':
        return { wash: transparent, line: band > 0 ? solid(0.5 + heat / 2) : transparent };
      case 'highContrastLight':
        return { wash: transparent, line: band > 0 ? solid((1 - heat) / 2) : transparent };
    }
  });
}
