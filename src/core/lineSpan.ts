/** Lines counted from 0, the last one included. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
}

/** The lines and as many before and behind them as there are on screen, so that scrolling finds them ready. */
export const withMargin = ({ first, last }: LineSpan): LineSpan => {
  const margin = Math.max(10, last - first + 1);
  return { first: Math.max(0, first - margin), last: last + margin };
};
