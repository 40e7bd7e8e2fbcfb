import { Histogram } from '../../reports/histogram/histogram.ts';
import { type Composition, sumOfCompositions } from '../../reports/result/composition.ts';
import type {
  Cell,
  Interval,
  IntervalCell,
  Ledger,
  Outcome,
  Result,
  WorkerReport,
} from '../../reports/result/result.ts';
import { RESULT_SCHEMA_VERSION } from '../../reports/result/result.ts';
import { mergedHistogram } from '../../reports/summary/cells.ts';
import { type Measurements, summarise } from '../../reports/summary/summary.ts';
import { judgeRun } from '../../reports/verdict/judge-run.ts';
import { judgeValidity, measureSelf } from '../../reports/verdict/validity.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { compositionOfRecords } from './composed.ts';

export const SECOND_NS = 1e9;
const MS_NS = 1e6;
export const WARM_UP_SECONDS = 2;

export interface ExampleOptions {
  readonly recordsPerSecond?: number;
  /** Length of the phase "steady", which follows two seconds of "warm-up". */
  readonly steadySeconds?: number;
  readonly shards?: number;
  readonly thresholds?: readonly string[];
  /** Put-to-get latency of record `index` of a second, in ms. */
  readonly latencyMs?: (second: number, index: number) => number;
  /** Records per second that the target accepts, if they are fewer than the due ones. */
  readonly acceptedPerSecond?: (second: number) => number;
  readonly throttledPerSecond?: (second: number) => number;
  /** Part of the put-to-get before the last hand-over, in ms. It adds a composition to the cells. */
  readonly beforeMs?: (second: number, index: number) => number;
  readonly scheduleLagNs?: number;
  /** Lost records, which are the last ones of the run: at most those of one second. */
  readonly lostByDashboard?: number;
  readonly outcome?: Outcome;
  readonly workers?: readonly WorkerReport[];
}

export function exampleScenario(options: ExampleOptions = {}): Scenario {
  const { recordsPerSecond = 1000, steadySeconds = 10, shards = 2, thresholds = [] } = options;
  const phase = { fromPerSecond: recordsPerSecond, toPerSecond: recordsPerSecond };
  return {
    name: 'clickstream',
    seed: 7,
    target: {
      kind: 'engine',
      shards,
      limits: 'aws',
      latency: 'enhanced-fan-out',
      memoryBytes: 64 * 2 ** 20,
      maxRecordBytes: 2 ** 20,
      whenFull: 'trim',
    },
    workloads: [
      {
        name: 'page-views',
        arrivals: { kind: 'constant' },
        phases: [
          { name: 'warm-up', startNs: 0, durationNs: WARM_UP_SECONDS * SECOND_NS, recorded: false, ...phase },
          {
            name: 'steady',
            startNs: WARM_UP_SECONDS * SECOND_NS,
            durationNs: steadySeconds * SECOND_NS,
            recorded: true,
            ...phase,
          },
        ],
        keys: { kind: 'uniform', count: 1000 },
        payload: { kind: 'size', size: { kind: 'fixed', bytes: 100 }, randomRatio: 1 },
        producers: {
          count: 1,
          batch: { records: 500, bytes: 1e6, lingerNs: 10 * MS_NS },
          inFlight: 8,
          whenBusy: 'wait',
          retry: { attempts: 3, baseNs: 50 * MS_NS, capNs: SECOND_NS },
        },
      },
    ],
    consumers: [
      { name: 'dashboard', kind: 'polling', intervalNs: 200 * MS_NS },
      { name: 'fraud', kind: 'fan-out' },
    ],
    thresholds,
    drainNs: 5 * SECOND_NS,
  };
}

/** Measurements of a run of the example scenario. Latency does not depend on the shard or the consumer. */
export function exampleMeasurements(options: ExampleOptions = {}): Measurements {
  const scenario = exampleScenario(options);
  const { recordsPerSecond = 1000, steadySeconds = 10, shards = 2 } = options;
  const { latencyMs = (_, index) => 20 + (index % 50), scheduleLagNs = 200_000, lostByDashboard = 0 } = options;
  const cells = new Map<string, Cell>();
  const series: Interval[] = [];
  let acked = 0;
  for (let second = 0; second < WARM_UP_SECONDS + steadySeconds; second++) {
    const phase = second < WARM_UP_SECONDS ? 'warm-up' : 'steady';
    const accepted = options.acceptedPerSecond?.(second) ?? recordsPerSecond;
    const throttled = options.throttledPerSecond?.(second) ?? 0;
    acked += accepted;
    const isLast = second === WARM_UP_SECONDS + steadySeconds - 1;
    const receivedBy = (consumer: string) =>
      Math.max(0, accepted - (isLast && consumer === 'dashboard' ? lostByDashboard : 0));
    const latencyNs = (index: number, lessMs = 0) => Math.max(0, latencyMs(second, index) - lessMs) * MS_NS;
    const ofSecond = new Map<string, Cell>();
    for (let shard = 0; shard < shards; shard++) {
      const own = (total: number) => shareOf(total, shard, shards);
      /** Record `index` of the second is on shard `index % shards`. */
      const histogram = (valueNs: (index: number) => number, count = accepted) => {
        const values = new Histogram();
        for (let index = shard; index < count; index += shards) values.record(valueNs(index));
        return values.compact();
      };
      const place = { workload: 'page-views', phase, shard };
      const producer: Cell = {
        kind: 'producer',
        ...place,
        counts: {
          scheduled: own(recordsPerSecond),
          acked: own(accepted),
          bytes: own(accepted) * 100,
          throttled: own(throttled),
          throttledRecords: own(throttled),
          retried: own(throttled),
          dropped: 0,
          failed: 0,
        },
        histograms: {
          sendDelay: histogram(() => MS_NS),
          ackLatency: histogram(() => 2 * MS_NS),
          scheduleLag: histogram(() => scheduleLagNs),
        },
      };
      const composition = compositionOfShard(options, second, { shard, shards, accepted, latencyNs });
      const consumers = scenario.consumers.map(
        ({ name }): Cell => ({
          kind: 'consumer',
          ...place,
          consumer: name,
          counts: { received: own(receivedBy(name)), bytes: own(receivedBy(name)) * 100 },
          histograms: {
            residence: histogram((index) => latencyNs(index, 3), receivedBy(name)),
            putToGet: histogram((index) => latencyNs(index), receivedBy(name)),
            uncorrected: histogram((index) => latencyNs(index, 1), receivedBy(name)),
          },
          ...(composition === undefined ? {} : { composition }),
        }),
      );
      for (const cell of [producer, ...consumers]) {
        addTo(cells, cell, `${phase} ${shard}`);
        addTo(ofSecond, cell, '');
      }
    }
    const intervalCells = [...ofSecond.values()].map(intervalCellOf);
    const putToGet = mergedHistogram(intervalCells, 'putToGet');
    const receivedOn = (shard: number) =>
      scenario.consumers.reduce((sum, { name }) => sum + shareOf(receivedBy(name), shard, shards), 0);
    series.push({
      startNs: second * SECOND_NS,
      endNs: (second + 1) * SECOND_NS,
      cells: intervalCells,
      shards: Array.from({ length: shards }, (_, shard) => ({
        shard,
        acked: shareOf(accepted, shard, shards),
        bytes: 100 * shareOf(accepted, shard, shards),
        throttled: shareOf(throttled, shard, shards),
        received: receivedOn(shard),
        putToGet: {
          count: receivedOn(shard),
          p50Ns: putToGet.percentileNs(50),
          p99Ns: putToGet.percentileNs(99),
          maxNs: putToGet.maxNs,
        },
      })),
      gauges: {
        inFlight: Math.round((accepted * 2) / 1000),
        intendedPerSecond: recordsPerSecond,
        lagRecords: Array.from({ length: shards }, () => 20),
        rssBytes: 120e6,
      },
    });
  }
  return { scenario, cells: [...cells.values()], series, ledger: exampleLedger(acked, lostByDashboard) };
}

/** Adds a stall to the series of a result: nothing is received for some seconds, and all their records in the next second. */
export function withStall(result: Result, fromSecond: number, toSecond: number): Result {
  const waitedNs = (toSecond - fromSecond) * SECOND_NS;
  const series = result.series.map((interval, second): Interval => {
    if (second >= fromSecond && second < toSecond) {
      const shards = interval.shards.map(({ shard }) => {
        const putToGet = { count: 0, p50Ns: null, p99Ns: null, maxNs: 0 };
        return { shard, acked: 0, bytes: 0, throttled: 0, received: 0, putToGet };
      });
      return { ...interval, cells: [], shards, gauges: { ...interval.gauges, inFlight: 8 } };
    }
    if (second !== toSecond) return interval;
    const shards = interval.shards.map((shard) => ({
      ...shard,
      putToGet: { ...shard.putToGet, p50Ns: waitedNs / 2, p99Ns: waitedNs * 0.99, maxNs: waitedNs },
    }));
    return { ...interval, shards };
  });
  return { ...result, series };
}

export function exampleResult(options: ExampleOptions = {}): Result {
  const measurements = exampleMeasurements(options);
  const { scenario, cells, series } = measurements;
  const {
    outcome = { kind: 'completed' },
    workers = [{ role: 'producer', name: 'producer-0', cpuRatio: 0.3, maxPauseNs: 3e6 }],
  } = options;
  const validity = judgeValidity(measureSelf(measurements, { outcome, workers }));
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    tool: { name: 'streamgauge', version: '0.1.0' },
    startedAt: '2026-11-23T10:00:00.000Z',
    finishedAt: '2026-11-23T10:00:12.345Z',
    outcome,
    partial: outcome.kind !== 'completed',
    scenario,
    scenarioHash: 'sha256-1f2e3d',
    seed: scenario.seed,
    environment: {
      cpuModel: 'Example CPU',
      cores: 2,
      memoryBytes: 8e9,
      kernel: 'Linux 6.1',
      nodeVersion: '24.21.0',
      packages: { 'hdr-histogram-js': '3.0.1' },
    },
    harnessCeiling: { recordsPerSecond: 2_345_678, cached: true },
    validity,
    verdict: judgeRun(scenario.thresholds, { measurements, outcome, validity }),
    summary: summarise(measurements),
    cells,
    series,
    workers,
  };
}

function exampleLedger(sent: number, lostByDashboard: number): Ledger {
  const none = { duplicated: 0, reordered: 0, trimmedRecords: 0 };
  return {
    sent,
    received: 2 * sent - lostByDashboard,
    lost: lostByDashboard,
    duplicated: 0,
    reordered: 0,
    unacknowledged: 0,
    failed: 0,
    dropped: 0,
    consumers: [
      { name: 'dashboard', received: sent - lostByDashboard, lost: lostByDashboard, ...none },
      { name: 'fraud', received: sent, lost: 0, ...none },
    ],
  };
}

interface ShardSecond {
  readonly shard: number;
  readonly shards: number;
  readonly accepted: number;
  readonly latencyNs: (index: number) => number;
}

function compositionOfShard(
  { beforeMs }: ExampleOptions,
  second: number,
  { shard, shards, accepted, latencyNs }: ShardSecond,
): Composition | undefined {
  if (beforeMs === undefined) return undefined;
  const own = Array.from({ length: accepted }, (_, index) => index).filter((index) => index % shards === shard);
  return compositionOfRecords(
    own.map((index) => ({ putToGetNs: latencyNs(index), afterNs: latencyNs(index) - beforeMs(second, index) * MS_NS })),
  );
}

function intervalCellOf(cell: Cell): IntervalCell {
  if (cell.kind === 'producer') {
    const { shard: _, ...rest } = cell;
    return rest;
  }
  const { shard: _, composition: __, ...rest } = cell;
  return rest;
}

function addTo(cells: Map<string, Cell>, added: Cell, place: string): void {
  const key = `${place} ${added.kind === 'consumer' ? added.consumer : ''}`;
  const before = cells.get(key);
  cells.set(key, before === undefined ? added : sumOf(before, added));
}

function sumOf(before: Cell, added: Cell): Cell {
  const sum = <K extends string>(a: Record<K, number>, b: Record<K, number>) =>
    Object.fromEntries(Object.keys(a).map((key) => [key, a[key as K] + b[key as K]])) as Record<K, number>;
  const merge = <K extends string>(a: Record<K, Histogram>, b: Record<K, Histogram>) =>
    Object.fromEntries(
      Object.keys(a).map((key) => [
        key,
        a[key as K]
          .clone()
          .merge(b[key as K])
          .compact(),
      ]),
    ) as Record<K, Histogram>;
  if (before.kind === 'producer' && added.kind === 'producer') {
    const { scheduled = 0, overtime: _, overtimeBytes: __, ...counts } = before.counts;
    const { scheduled: more = 0, overtime: ___, overtimeBytes: ____, ...others } = added.counts;
    return {
      ...before,
      counts: { scheduled: scheduled + more, ...sum(counts, others) },
      histograms: merge(before.histograms, added.histograms),
    };
  }
  if (before.kind === 'consumer' && added.kind === 'consumer') {
    const { received, bytes } = before.counts;
    const composition = sumOfCompositions([before.composition, added.composition]);
    return {
      ...before,
      ...(composition === undefined ? {} : { composition }),
      counts: { received: received + added.counts.received, bytes: bytes + added.counts.bytes },
      histograms: merge(before.histograms, added.histograms),
    };
  }
  throw new Error('a producer and a consumer do not add up');
}

function shareOf(total: number, index: number, parts: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}
