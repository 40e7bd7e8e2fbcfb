import { CsvRows } from './csv-rows.ts';
import { encode, type RecordingText } from './recording-text.ts';

export type SeparatorFound =
  | { readonly kind: 'found'; readonly separator: number }
  | { readonly kind: 'ambiguous'; readonly separators: readonly number[] };

const COMMA = 44;
/** Comma, semicolon, tab, vertical bar. */
const CANDIDATES = [COMMA, 59, 9, 124] as const;
const HEAD_BYTES = 2 ** 20;
const HEAD_ROWS = 200;

/**
 * Finds the separator of a CSV file from its start: the one with which every row has as many values as the header. If there are
 * several, the one with which the header has the wanted columns.
 */
export function findSeparator(text: RecordingText, hasQuotes: boolean, names: readonly string[]): SeparatorFound {
  const tried = CANDIDATES.map((separator) => tryOut(text, separator, hasQuotes, names));
  const consistent = tried.filter(({ isConsistent, columns }) => isConsistent && columns > 1);
  const named = consistent.filter(({ hasNames }) => hasNames);
  const good = named.length > 0 ? named : consistent;
  if (good.length === 1) return { kind: 'found', separator: good[0]!.separator };
  if (good.length > 1) return { kind: 'ambiguous', separators: good.map(({ separator }) => separator) };
  // A row is malformed, or there is only one column. The header decides, and the rows are checked against it.
  const widest = tried.reduce((best, next) => (next.columns > best.columns ? next : best));
  return { kind: 'found', separator: widest.columns > 1 ? widest.separator : COMMA };
}

interface Tried {
  readonly separator: number;
  readonly columns: number;
  readonly isConsistent: boolean;
  readonly hasNames: boolean;
}

function tryOut(text: RecordingText, separator: number, hasQuotes: boolean, names: readonly string[]): Tried {
  const limit = text.start + HEAD_BYTES;
  const isWhole = limit >= text.bytes.length;
  const rows = new CsvRows(text, separator, hasQuotes, limit);
  if (!rows.next() || rows.problem !== undefined)
    return { separator, columns: 0, isConsistent: false, hasNames: false };
  const columns = rows.fieldCount;
  const hasNames = names.length > 0 && names.every((name) => isInHeader(rows, text, name));
  let isConsistent = true;
  for (let row = 1; row < HEAD_ROWS && isConsistent && rows.next(); row += 1) {
    // The last row of the examined part, or of the file, may be truncated.
    if (rows.isCut && !(isWhole && rows.fieldCount > columns)) break;
    isConsistent = rows.problem === undefined && rows.fieldCount === columns;
  }
  return { separator, columns, isConsistent, hasNames };
}

function isInHeader(rows: CsvRows, { bytes, encoding }: RecordingText, name: string): boolean {
  const plain = encode(name, encoding);
  const quoted = encode(`"${name.replaceAll('"', '""')}"`, encoding);
  for (let i = 0; i < rows.fieldCount; i += 1) {
    const column = bytes.subarray(rows.starts[i]!, rows.ends[i]!);
    if (column.equals(plain) || column.equals(quoted)) return true;
  }
  return false;
}
