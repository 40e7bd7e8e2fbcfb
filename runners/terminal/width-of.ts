const COLUMNS_ELSEWHERE = 80;

/** Columns to write for. What is no terminal says nothing, and a pseudo-terminal whose size nobody set says 0. */
export function widthOf({ columns = 0 }: { readonly columns?: number }): number {
  return columns > 0 ? columns : COLUMNS_ELSEWHERE;
}
