const COLUMNS_ELSEWHERE = 80;

/** Width of the output in columns. A stream that is not a terminal has none, and an unsized pseudo-terminal has 0. */
export function widthOf({ columns = 0 }: { readonly columns?: number }): number {
  return columns > 0 ? columns : COLUMNS_ELSEWHERE;
}
