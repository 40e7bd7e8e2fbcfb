import { Histogram } from '../../../reports/histogram/histogram.ts';
import type { Part } from '../../../reports/result/origin.ts';
import type { Cell, Interval, IntervalCell, Ledger, Result, WorkerReport } from '../../../reports/result/result.ts';
import { RESULT_SCHEMA_VERSION } from '../../../reports/result/result.ts';
import { CellOrder, sumCells } from '../../../reports/summary/sum-cells.ts';
import { type Measurements, summarise } from '../../../reports/summary/summary.ts';
import { judgeRun } from '../../../reports/verdict/judge-run.ts';
import { judgeValidity, measureSelf } from '../../../reports/verdict/validity.ts';
import { compositionOfRecords } from '../composed.ts';
import { exampleResult, exampleScenario, SECOND_NS, WARM_UP_SECONDS } from '../example-result.ts';

export const SHARDS = 2;
export const STEADY_SECONDS = 4;
const SECONDS = WARM_UP_SECONDS + STEADY_SECONDS;
export const CONSUMER = 'dashboard';

/** One record and what became of it. */
export interface RecordedRecord {
  readonly second: number;
  readonly shard: number;
  readonly sendNs: number;
  readonly ackNs: number;
  readonly residenceNs: number;
  readonly isThrottled: boolean;
  readonly isLost: boolean;
}

export interface RecordedOptions {
  readonly part?: Part;
  readonly thresholds?: readonly string[];
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly workers?: readonly WorkerReport[];
}

/** The result that a run would leave in which just these records were sent: everything is recorded one by one. */
export function recordedRun(records: readonly RecordedRecord[], options: RecordedOptions = {}): Result {
  const { part, thresholds = [], workers = [] } = options;
  const example = exampleScenario({ steadySeconds: STEADY_SECONDS, shards: SHARDS, thresholds });
  const scenario = { ...example, consumers: [{ name: CONSUMER, kind: 'fan-out' as const }] };
  const order = new CellOrder(scenario);
  const series = Array.from({ length: SECONDS }, (_, second): Interval => {
    const own = records.filter((record) => record.second === second);
    const shards = Array.from({ length: SHARDS }, (_, shard) => {
      const ofShard = own.filter((record) => record.shard === shard);
      const received = ofShard.filter(({ isLost }) => !isLost);
      const putToGet = histogramOf(received, putToGetNs);
      const { count } = putToGet;
      return {
        shard,
        acked: ofShard.length,
        bytes: 100 * ofShard.length,
        throttled: ofShard.filter(({ isThrottled }) => isThrottled).length,
        received: received.length,
        putToGet: { count, p50Ns: putToGet.percentileNs(50), p99Ns: putToGet.percentileNs(99), maxNs: putToGet.maxNs },
      };
    });
    return {
      startNs: second * SECOND_NS,
      endNs: (second + 1) * SECOND_NS,
      cells: own.length === 0 ? [] : cellsOf(own, phaseOf(second)),
      shards,
      gauges: {
        inFlight: own.reduce((sum, record) => sum + inFlightOf(record), 0),
        intendedPerSecond: own.length,
        lagRecords: shards.map(({ acked, received }) => acked - received),
        rssBytes: 0,
      },
    };
  });
  const places = new Map(records.map((record) => [`${phaseOf(record.second)} ${record.shard}`, record]));
  const cells = [...places.values()].flatMap(({ second, shard }) => {
    const phase = phaseOf(second);
    const own = records.filter((record) => phaseOf(record.second) === phase && record.shard === shard);
    const composition = compositionOfRecords(
      own.filter(({ isLost }) => !isLost).map((one) => ({ putToGetNs: putToGetNs(one), afterNs: afterNs(one) })),
    );
    return cellsOf(own, phase).map((cell): Cell => {
      return cell.kind === 'producer' ? { ...cell, shard } : { ...cell, shard, composition };
    });
  });
  const measurements: Measurements = {
    scenario,
    cells: sumCells(cells, order, 'compact'),
    series,
    ledger: ledgerOf(records),
  };
  const outcome = { kind: 'completed' } as const;
  const validity = judgeValidity(measureSelf(measurements, { outcome, workers, targetLimited: true }));
  return {
    ...exampleResult({ recordsPerSecond: 1, steadySeconds: 1 }),
    schemaVersion: RESULT_SCHEMA_VERSION,
    startedAt: options.startedAt ?? '2026-11-23T10:00:00.000Z',
    finishedAt: options.finishedAt ?? '2026-11-23T10:00:08.000Z',
    outcome,
    partial: false,
    scenario,
    validity,
    verdict: judgeRun(thresholds, { measurements, outcome, validity }),
    summary: summarise(measurements),
    cells: measurements.cells,
    series,
    workers,
    ...(part === undefined ? {} : { part }),
  };
}

/** A record's share of a second in flight, by binary fractions, so that sums do not depend on their order. */
const inFlightOf = ({ ackNs }: RecordedRecord) => Math.round((ackNs / SECOND_NS) * 2 ** 20) / 2 ** 20;
const phaseOf = (second: number) => (second < WARM_UP_SECONDS ? 'warm-up' : 'steady');
export const putToGetNs = (record: RecordedRecord) => record.sendNs + afterNs(record);
export const afterNs = ({ ackNs, residenceNs }: RecordedRecord) => ackNs + residenceNs;

function cellsOf(records: readonly RecordedRecord[], phase: string): IntervalCell[] {
  const received = records.filter(({ isLost }) => !isLost);
  const throttled = records.filter(({ isThrottled }) => isThrottled).length;
  const place = { workload: 'page-views', phase };
  return [
    {
      kind: 'producer',
      ...place,
      counts: {
        scheduled: records.length,
        acked: records.length,
        bytes: 100 * records.length,
        throttled,
        throttledRecords: throttled,
        retried: throttled,
        dropped: 0,
        failed: 0,
      },
      histograms: {
        sendDelay: histogramOf(records, ({ sendNs }) => sendNs),
        ackLatency: histogramOf(records, ({ ackNs }) => ackNs),
        scheduleLag: histogramOf(records, () => 1000),
      },
    },
    {
      kind: 'consumer',
      ...place,
      consumer: CONSUMER,
      counts: { received: received.length, bytes: 100 * received.length },
      histograms: {
        residence: histogramOf(received, ({ residenceNs }) => residenceNs),
        putToGet: histogramOf(received, putToGetNs),
        uncorrected: histogramOf(received, afterNs),
      },
    },
  ];
}

function histogramOf(records: readonly RecordedRecord[], ns: (record: RecordedRecord) => number): Histogram {
  const histogram = new Histogram();
  for (const record of records) histogram.record(ns(record));
  return histogram.compact();
}

function ledgerOf(records: readonly RecordedRecord[]): Ledger {
  const lost = records.filter(({ isLost }) => isLost).length;
  const counts = { received: records.length - lost, lost, duplicated: 0, reordered: 0 };
  const consumers = [{ name: CONSUMER, ...counts, trimmedRecords: 0 }];
  return { sent: records.length, ...counts, unacknowledged: 0, failed: 0, dropped: 0, consumers };
}
