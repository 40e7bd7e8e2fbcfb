/** Text that begins like this is a formula to a spreadsheet, which would run whatever the author of a name wrote there. */
const FORMULA_START = /^[=+\-@\t\r]/u;

/** Null is an empty cell: nothing was measured. */
export type CsvCell = number | string | boolean | null;

/**
 * RFC 4180: commas between cells, CRLF after each row. A cell that needs quotes gets them, and quotes inside it are doubled.
 * Numbers have a decimal point and no separators of thousands.
 */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA_START.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
