/** A cell of text may not begin like a formula: a spreadsheet would compute it, with whatever a name's author put there. */
const FORMULA_START = /^[=+\-@\t\r]/u;

/** A number, text, or nothing where nothing was measured. */
export type CsvCell = number | string | boolean | null;

/** RFC 4180: commas, CRLF after every row, quotes where a cell needs them, doubled inside. Numbers with a point, never grouped. */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA_START.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
