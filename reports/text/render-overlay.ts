import { formatByteRate, formatCount, formatDuration, formatRate, formatRatio } from '../format/numbers.ts';
import type { NamedResult } from '../result/named-result.ts';
import type { Result, Span } from '../result/result.ts';
import { deliveryOf } from '../summary/delivery.ts';
import { isResidenceUncorrected, shownSpans } from '../summary/residence.ts';
import { thresholdText } from './delivery-text.ts';
import { hasSeveral } from './render-consumers.ts';
import { LATENCY_ROWS, SHOWN_PERCENTILES } from './render-latency.ts';
import {
  hanging,
  joinSections,
  type Line,
  lengthOf,
  paint,
  printable,
  type RenderOptions,
  type Segment,
  styled,
} from './render-lines.ts';
import { renderTable } from './render-table.ts';
import { actualText, markOf, outcomeText, sentence, verdictReason, verdictWord } from './render-verdict.ts';

/** The head of a column is cut to this many characters, so that long folder names leave room for other columns. */
const NAME_CHARACTERS_MAX = 20;
const GAP = 2;
const SCENARIO_HASH_SHOWN = 12;

interface Row {
  readonly head: Segment;
  readonly cellOf: (result: Result) => Segment;
}

/**
 * Renders results side by side, one column each; columns that do not fit into the width follow below. It shows what each
 * measured and draws no conclusion: `compare` decides if results are comparable and if they differ.
 */
export function renderOverlay(results: readonly NamedResult[], options: RenderOptions): string {
  const rows = rowsFor(results);
  const blocks: Line[][] = columnGroups(results, rows, options.width).map((group) => table(rows, group));
  const caveats = results.flatMap((named) => caveatsOf(named, options.width));
  return paint(joinSections([...blocks, caveats]), options);
}

/** Residence is omitted if it repeats uncorrected in every result. */
function shownRows(results: readonly NamedResult[]): typeof LATENCY_ROWS {
  const other = results.find(({ result }) => !isResidenceUncorrected(result.summary.spans)) ?? results[0];
  return other === undefined ? LATENCY_ROWS : shownSpans(LATENCY_ROWS, other.result.summary.spans);
}

function rowsFor(results: readonly NamedResult[]): Row[] {
  return [
    { head: 'verdict', cellOf: verdictWord },
    ...differing(results, 'scenario', ({ scenario }) => printable(scenario.name)),
    ...differing(results, 'scenario hash', ({ scenarioHash }) => printable(scenarioHash.slice(0, SCENARIO_HASH_SHOWN))),
    ...differing(results, 'seed', ({ seed }) => String(seed)),
    ...differing(results, 'target', ({ scenario }) => printable(scenario.target.kind)),
    ...differing(results, 'machine', ({ environment }) => `${environment.cores} x ${printable(environment.cpuModel)}`),
    { head: 'ran', cellOf: ({ series }) => formatDuration(series.at(-1)?.endNs ?? 0) },
    ...heading('Rate'),
    { head: '  intended', cellOf: ({ summary }) => formatRate(summary.rate.intendedPerSecond) },
    { head: '  achieved', cellOf: ({ summary }) => formatRate(summary.rate.achievedPerSecond) },
    { head: '  bytes', cellOf: ({ summary }) => formatByteRate(summary.rate.bytesPerSecond) },
    { head: '  throttled attempts', cellOf: ({ summary }) => formatRatio(summary.rate.throttledRatio) },
    { head: '  throttled records', cellOf: ({ summary }) => formatRatio(summary.rate.throttledRecordsRatio) },
    ...shownRows(results).flatMap(([span, words]) => [...heading(capital(words.trim())), ...latencyRows(span)]),
    ...consumerRows(results),
    ...heading('Ledger'),
    {
      head: '  undelivered',
      cellOf: ({ summary }) => {
        const { undelivered = 0 } = deliveryOf(summary.ledger) ?? {};
        return undelivered > 0 ? styled('bad', formatCount(undelivered)) : '0';
      },
    },
    ...(['sent', 'lost', 'duplicated', 'reordered'] as const).map((name): Row => {
      const isFault = name !== 'sent';
      return {
        head: `  ${name}`,
        cellOf: ({ summary }) => {
          const text = formatCount(summary.ledger[name]);
          return isFault && summary.ledger[name] > 0 ? styled('bad', text) : text;
        },
      };
    }),
    ...thresholdRows(results),
  ];
}

/** Put-to-get of each consumer, if a result has several. */
function consumerRows(results: readonly NamedResult[]): Row[] {
  const several = results.filter(({ result }) => hasSeveral(result.summary));
  const names = new Set(several.flatMap(({ result }) => result.summary.consumers.map(({ name }) => name)));
  return [...names].flatMap((name) => [
    ...heading(`Put-to-get of ${printable(name)}`),
    ...(['p50Ns', 'p99Ns'] as const).map((field): Row => {
      const cellOf = ({ summary }: Result) => {
        const ns = summary.consumers.find((consumer) => consumer.name === name)?.spans.putToGet[field];
        return ns === undefined ? '' : ns === null ? '-' : formatDuration(ns);
      };
      return { head: `  ${field.replace('Ns', '')}`, cellOf };
    }),
  ]);
}

function latencyRows(span: Span): Row[] {
  const cell = (ns: number | null) => (ns === null ? '-' : formatDuration(ns));
  return [
    ...SHOWN_PERCENTILES.map(
      ([name, , field]): Row => ({ head: `  ${name}`, cellOf: ({ summary }) => cell(summary.spans[span][field]) }),
    ),
    { head: '  max', cellOf: ({ summary }) => cell(summary.spans[span].maxNs) },
  ];
}

/** Returns a row for every threshold of any result; the cell is empty for a result without that threshold. */
function thresholdRows(results: readonly NamedResult[]): Row[] {
  const texts = new Set(results.flatMap(({ result }) => result.verdict.thresholds.map(thresholdText)));
  if (texts.size === 0) return [];
  const rows = [...texts].map((text): Row => {
    return {
      head: `  ${printable(text)}`,
      cellOf: ({ verdict }) => {
        const found = verdict.thresholds.find((threshold) => thresholdText(threshold) === text);
        if (found === undefined) return '';
        const measured = actualText(found);
        switch (markOf(found)) {
          case 'holds':
            return `✓ ${measured}`;
          case 'fails':
            return styled('bad', `✗ ${measured}`);
          case 'unknown':
            return styled('warn', '? -');
          case 'neutral':
            return styled('dim', `· ${measured}`);
        }
      },
    };
  });
  return [...heading('Thresholds'), ...rows];
}

function heading(text: string): Row[] {
  return [{ head: styled('bold', text), cellOf: () => '' }];
}

/** Returns no row if all results have the same value. */
function differing(results: readonly NamedResult[], head: string, cellOf: (result: Result) => string): Row[] {
  return new Set(results.map(({ result }) => cellOf(result))).size > 1 ? [{ head, cellOf }] : [];
}

function columnGroups(results: readonly NamedResult[], rows: readonly Row[], width: number): NamedResult[][] {
  const headWidth = Math.max(...rows.map(({ head }) => lengthOf(head)));
  const groups: NamedResult[][] = [];
  let room = 0;
  for (const named of results) {
    const cells = rows.map(({ cellOf }) => lengthOf(cellOf(named.result)));
    const needed = GAP + Math.max(shortName(named).length, ...cells);
    const last = groups.at(-1);
    if (last !== undefined && needed <= room) {
      last.push(named);
      room -= needed;
    } else {
      groups.push([named]);
      room = width - headWidth - needed;
    }
  }
  return groups;
}

function table(rows: readonly Row[], group: readonly NamedResult[]): Line[] {
  const head: Segment[] = ['', ...group.map((named) => styled('bold', shortName(named)))];
  const body = rows.map(({ head: name, cellOf }) => [name, ...group.map(({ result }) => cellOf(result))]);
  return renderTable([head, ...body], { align: ['left', 'right'], gap: GAP, indent: 0 });
}

/** Renders why a result is invalid or partial. */
function caveatsOf({ name, result }: NamedResult, width: number): Line[] {
  const head = styled('warn', `${printable(name)}  `);
  const texts = [
    ...(result.verdict.kind === 'invalid' ? [sentence(verdictReason(result))] : []),
    ...(result.partial ? [`${sentence(outcomeText(result.outcome))} Every number covers only the part that ran.`] : []),
  ];
  return texts.flatMap((text) => hanging(head, printable(text), width));
}

function shortName({ name }: NamedResult): string {
  const characters = [...printable(name)];
  return characters.length <= NAME_CHARACTERS_MAX
    ? characters.join('')
    : `…${characters.slice(1 - NAME_CHARACTERS_MAX).join('')}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
