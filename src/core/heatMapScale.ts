/**
 * The colours of the heat map, after cividis, which looks the same with and without a colour-vision deficiency. The
 * editor takes them from package.json, where a theme can override them; a test holds the two together.
 */
import { rgb } from 'd3-color';
import { interpolateCividis } from 'd3-scale-chromatic';
import { bandCount } from './heatMap';

export const themeKinds = ['light', 'dark', 'highContrast', 'highContrastLight'] as const;
export type ThemeKind = (typeof themeKinds)[number];

/** `wash` lies behind the text, `line` under it. Both are `#rrggbb` or `#rrggbbaa`. */
export interface BandColours {
  readonly wash: string;
  readonly line: string;
}

const transparent = '#00000000';

/** Cividis runs from dark blue at 0 to light yellow at 1. */
const cividis = (place: number, alpha = 1) => rgb(interpolateCividis(place)).copy({ opacity: alpha }).formatHex8();
const solid = (place: number) => rgb(interpolateCividis(place)).formatHex();

/**
 * The more surprising, the further from the background: towards yellow on dark, towards blue on light. The washes are
 * thin enough for the text in front of them; the upper bands are underlined as well. In high contrast nothing is washed
 * and the kind of line alone tells the bands apart.
 */
export function heatMapScale(theme: ThemeKind): BandColours[] {
  return Array.from({ length: bandCount }, (_, band) => {
    const heat = band / (bandCount - 1);
    const lined = band >= bandCount / 2;
    switch (theme) {
      case 'dark':
        return { wash: cividis(0.15 + 0.85 * heat, 0.4 - 0.14 * heat), line: lined ? solid(heat) : transparent };
      case 'light':
        return { wash: cividis(0.95 - 0.85 * heat, 0.12 + 0.2 * heat), line: lined ? solid(1 - heat) : transparent };
      case 'highContrast':
        return { wash: transparent, line: band > 0 ? solid(0.5 + heat / 2) : transparent };
      case 'highContrastLight':
        return { wash: transparent, line: band > 0 ? solid((1 - heat) / 2) : transparent };
    }
  });
}
