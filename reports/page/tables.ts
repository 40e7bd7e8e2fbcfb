import { formatRatio } from '../format/numbers.ts';
import { percentileText } from './curve-chart.ts';
import type { PageRun } from './page-run.ts';
import { clock, countText, latencyText, rateText } from './ticks.ts';

interface TableContent {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

type MakeTable = (run: PageRun) => TableContent;

const MAKERS: Readonly<Record<string, MakeTable>> = {
  latency: timeTable({
    p50: ({ p50Ns }, i) => latencyText(p50Ns[i]),
    p99: ({ p99Ns }, i) => latencyText(p99Ns[i]),
    max: ({ maxNs }, i) => latencyText(maxNs[i]),
    received: ({ received }, i) => countText(received[i]),
  }),
  rate: timeTable({
    intended: ({ intendedPerSecond }, i) => rateText(intendedPerSecond[i]),
    achieved: (rows, i) => rateText((rows.acked[i] ?? 0) / (rows.lengthSeconds[i] || 1)),
    acknowledged: ({ acked }, i) => countText(acked[i]),
    throttled: ({ throttled }, i) => countText(throttled[i]),
    'in flight': ({ inFlight }, i) => countText(inFlight[i]),
  }),
  lag: timeTable({
    'all shards': ({ lagRecords }, i) => countText(lagRecords[i]),
    'worst shard': ({ lagWorstRecords }, i) => countText(lagWorstRecords[i]),
  }),
  behind: timeTable({ 'behind the tip': ({ behindMs }, i) => latencyText(nsOf(behindMs[i])) }),
  curve: curveTable,
  heat: shardTable,
};

/** Fills every open table; a closed one is filled when the reader opens it. */
export function watchTables(runs: () => readonly PageRun[]): { refresh(): void } {
  const all = [...document.querySelectorAll<HTMLDetailsElement>('details[data-table]')];
  const fill = (details: HTMLDetailsElement) => {
    if (details.open) fillTable(details, runs());
  };
  for (const details of all) details.addEventListener('toggle', () => fill(details));
  return { refresh: () => all.forEach(fill) };
}

function fillTable(details: HTMLDetailsElement, runs: readonly PageRun[]): void {
  const make = MAKERS[details.dataset.table ?? ''];
  const room = details.querySelector('.table-room');
  if (make === undefined || room === null) return;
  room.replaceChildren(...runs.map((run) => tableOf(make(run), runs.length > 1 ? run.label : undefined)));
}

function timeTable(columns: Readonly<Record<string, (rows: PageRun['rows'], index: number) => string>>): MakeTable {
  return ({ rows }) => {
    const end = rows.startSeconds.at(-1) ?? 0;
    return {
      head: ['from', ...Object.keys(columns)],
      rows: rows.startSeconds.map((at, i) => [
        clock(at ?? 0, end),
        ...Object.values(columns).map((textAt) => textAt(rows, i)),
      ]),
    };
  };
}

const CURVE_ROWS = [1, 2, 4, 10, 20, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8];

function curveTable({ corrected, uncorrected }: PageRun): TableContent {
  const rows = CURVE_ROWS.filter((x) => x < corrected.count).map((x) => [
    percentileText(x),
    latencyText(valueAt(corrected, x)),
    latencyText(valueAt(uncorrected, x)),
  ]);
  const max = ['max', latencyText(corrected.valueNs.at(-1)), latencyText(uncorrected.valueNs.at(-1))];
  return { head: ['percentile', 'put-to-get', 'uncorrected'], rows: [...rows, max] };
}

/** Returns the value of the curve's point at or before x, because decades have no point of their own. */
function valueAt({ x, valueNs }: PageRun['corrected'], at: number): number | undefined {
  const next = x.findIndex((value) => value > at * 1.0001);
  return next < 0 ? valueNs.at(-1) : valueNs[Math.max(0, next - 1)];
}

function shardTable({ heat, time }: PageRun): TableContent {
  const shards = Array.from({ length: heat.shardCount }, (_, shard) => {
    const sum = { acked: 0, throttled: 0, highestRate: 0, highestP99Ns: null as number | null };
    for (let point = 0; point < heat.pointCount; point++) {
      const acked = heat.valueOf('acked', shard, point) ?? 0;
      const p99Ns = heat.valueOf('p99', shard, point);
      sum.acked += acked;
      sum.throttled += heat.valueOf('throttled', shard, point) ?? 0;
      sum.highestRate = Math.max(sum.highestRate, acked / Math.max(1e-9, time.lengthSeconds[point] ?? 1));
      if (p99Ns !== null && !Number.isNaN(p99Ns)) sum.highestP99Ns = Math.max(sum.highestP99Ns ?? 0, p99Ns);
    }
    return sum;
  });
  const total = Math.max(
    1,
    shards.reduce((all, { acked }) => all + acked, 0),
  );
  return {
    head: ['shard', 'acknowledged', 'share', 'highest rate', 'throttled', 'highest p99 of a second'],
    rows: shards.map(({ acked, throttled, highestRate, highestP99Ns }, shard) => [
      String(shard),
      countText(acked),
      formatRatio(acked / total),
      rateText(highestRate),
      countText(throttled),
      highestP99Ns === null ? '-' : `≈ ${latencyText(Number(highestP99Ns.toPrecision(2)))}`,
    ]),
  };
}

function nsOf(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : ms * 1e6;
}

function tableOf({ head, rows }: TableContent, caption: string | undefined): HTMLTableElement {
  const table = document.createElement('table');
  if (caption !== undefined) table.createCaption().textContent = caption;
  const headRow = table.createTHead().insertRow();
  for (const text of head) headRow.append(cellOf('th', text, 'col'));
  const body = table.createTBody();
  for (const [first = '', ...others] of rows) {
    const row = body.insertRow();
    row.append(cellOf('th', first, 'row'), ...others.map((text) => cellOf('td', text)));
  }
  return table;
}

function cellOf(name: 'th' | 'td', text: string, scope?: 'col' | 'row'): HTMLTableCellElement {
  const cell = document.createElement(name);
  cell.textContent = text;
  if (scope !== undefined) cell.scope = scope;
  return cell;
}
