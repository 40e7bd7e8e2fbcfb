import type { Summary } from '../result/result.ts';
import type { ConsumerSummary } from '../result/summary-parts.ts';
import { latencyRow } from './render-latency.ts';
import { type Line, lengthOf, printable, type RenderOptions, type Segment, styled } from './render-lines.ts';
import { renderTable } from './render-table.ts';

export const CONSUMER_ROWS_MAX = 16;
const NAME_COLUMNS_MIN = 8;
const HEAD = ['count', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'] as const;

/** True if put-to-get is shown for each consumer. One with enhanced fan-out and one that polls have no common latency. */
export function hasSeveral({ consumers }: Pick<Summary, 'consumers'>): boolean {
  return consumers.length > 1;
}

export function renderConsumers({ consumers }: Pick<Summary, 'consumers'>, { width }: RenderOptions): Line[] {
  if (!hasSeveral({ consumers })) return [];
  const shown = consumers.slice(0, CONSUMER_ROWS_MAX);
  const numbers = shown.map(numbersOf);
  const columns = HEAD.map((head, i) => Math.max(head.length, ...numbers.map((row) => lengthOf(row[i]!))));
  const kindColumns = Math.max(...shown.map(({ kind }) => kind.length));
  const room = width - kindColumns - columns.reduce((sum, column) => sum + column + 2, 0) - 2;
  const rows = shown.map(({ name, kind }, i): Segment[] => [
    shortened(printable(name), Math.max(NAME_COLUMNS_MIN, room)),
    kind,
    ...numbers[i]!,
  ]);
  const head = ['', '', ...HEAD].map((text) => styled('dim', text));
  const hidden = consumers.length - shown.length;
  return [
    [styled('bold', 'Put-to-get'), styled('dim', '  by consumer, recorded phases')],
    ...renderTable([head, ...rows], { align: ['left', 'left', 'right'], indent: 0 }),
    ...(hidden > 0 ? [[styled('dim', `  and ${hidden} more consumers, in the result file`)]] : []),
  ];
}

/** Returns a latency row without its name and its minimum, for which a table with names has no room. */
function numbersOf({ spans }: ConsumerSummary): string[] {
  const [, count, , ...rest] = latencyRow('', spans.putToGet);
  return [count!, ...rest];
}

function shortened(name: string, columns: number): string {
  const characters = [...name];
  return characters.length <= columns ? name : `${characters.slice(0, columns - 1).join('')}…`;
}
