import { faultText } from '../format/fault-text.ts';
import { stepText } from '../format/step-text.ts';
import type { Result } from '../result/result.ts';
import { mergedHistogram, selectCells } from '../summary/cells.ts';
import { silencesIn } from '../summary/second-facts.ts';
import { silenceWords } from '../text/silence-text.ts';
import { heatColumns } from './heat-columns.ts';
import { packCounts, packFloats } from './pack.ts';
import { percentileCurve } from './percentile-curve.ts';
import {
  type Columns,
  type Mark,
  type PackedColumns,
  type PhaseSpan,
  type RunData,
  TIME_COLUMNS,
  type TimeColumn,
} from './report-data.ts';
import { perOne, timeColumns } from './time-columns.ts';

const NS_PER_SECOND = 1e9;
/** Two hours of seconds: more points than a screen has pixels, so that zooming shows more. */
const POINTS_MAX = 7200;
/** Maximum cells of one heat map. Sixty-four shards for an hour are 230,400. */
const HEAT_CELLS_MAX = 400_000;
const COUNTS: ReadonlySet<TimeColumn> = new Set<TimeColumn>(['acked', 'throttled', 'received']);

/** Returns the numbers of all charts of a run. */
export function runData(result: Result, label: string): RunData {
  const { series, scenario } = result;
  const shardCount = series.reduce((most, { shards }) => Math.max(most, shards.length), 1);
  const perPoint = perOne(series.length, Math.min(POINTS_MAX, HEAT_CELLS_MAX / shardCount));
  const { points, rows } = timeColumns(series, perPoint);
  const recorded = selectCells(result.cells, scenario);
  return {
    label,
    phases: phaseSpans(scenario),
    marks: marksOf(result),
    silences: silencesIn(result),
    silenceWords: silenceWords(scenario),
    time: packed(points),
    rows: brief(rows),
    corrected: percentileCurve(mergedHistogram(recorded, 'putToGet')),
    uncorrected: percentileCurve(mergedHistogram(recorded, 'uncorrected')),
    heat: heatColumns(series, perPoint),
  };
}

/** Returns the phases of all workloads; a phase that several workloads share appears once. */
export function phaseSpans({ workloads }: Pick<Result['scenario'], 'workloads'>): PhaseSpan[] {
  const spans = new Map<string, PhaseSpan & { readonly workloads: string[] }>();
  for (const workload of workloads) {
    for (const { name, startNs, durationNs, recorded } of workload.phases) {
      const key = JSON.stringify([name, startNs, durationNs, recorded]);
      const known = spans.get(key);
      if (known !== undefined) known.workloads.push(workload.name);
      else {
        const [fromSeconds, toSeconds] = [startNs / NS_PER_SECOND, (startNs + durationNs) / NS_PER_SECOND];
        spans.set(key, { name, fromSeconds, toSeconds, recorded, workloads: [workload.name] });
      }
    }
  }
  return [...spans.values()].map(({ workloads: names, ...span }) =>
    names.length === workloads.length ? span : { ...span, workload: names.join(', ') },
  );
}

function marksOf({ steps = [], faults = [], series }: Result): Mark[] {
  const endNs = series.at(-1)?.endNs ?? 0;
  const ofSteps = steps.flatMap(({ step, outcome }): Mark[] => {
    if (outcome.kind === 'not-reached') return [];
    const toNs = outcome.kind === 'done' ? outcome.doneAtNs : outcome.askedAtNs;
    return [markOf('step', stepText(step), outcome.askedAtNs, toNs)];
  });
  const ofFaults = faults.map(({ fault }) =>
    markOf('fault', faultText(fault), fault.fromNs, Math.min(fault.untilNs ?? endNs, endNs)),
  );
  return [...ofSteps, ...ofFaults].sort((a, b) => a.fromSeconds - b.fromSeconds);
}

function markOf(kind: Mark['kind'], text: string, fromNs: number, toNs: number): Mark {
  return { kind, text, fromSeconds: fromNs / NS_PER_SECOND, toSeconds: toNs / NS_PER_SECOND };
}

function packed(columns: Columns<TimeColumn>): PackedColumns<TimeColumn> {
  const texts = TIME_COLUMNS.map((name) => {
    const column = columns[name];
    return [name, COUNTS.has(name) ? packCounts(column.map((count) => count ?? 0)) : packFloats(column)];
  });
  return Object.fromEntries(texts) as PackedColumns<TimeColumn>;
}

/** Rounds to six digits, more than a table shows. Counts keep all digits. */
function brief(columns: Columns<TimeColumn>): Columns<TimeColumn> {
  const short = TIME_COLUMNS.map((name) => [
    name,
    COUNTS.has(name)
      ? columns[name]
      : columns[name].map((value) => (value === null ? null : Number(value.toPrecision(6)))),
  ]);
  return Object.fromEntries(short) as Columns<TimeColumn>;
}
