import { profileOf } from '../../engine/twin/latency.ts';
import { type QuantileTable, quantileAt, quantileMeanNs } from '../../engine/twin/latency-profile.ts';
import { RandomStream, unitExponential } from '../../workloads/random.ts';

/** Delivery to the consumers of the twin. */
export interface DeliveryModel {
  /** Time between two polls of a shard; undefined for fan-out. */
  readonly pollIntervalNs?: number | undefined;
  /** Time of the engine itself from the hand-over to the consumer. */
  readonly floorNs: number;
  /** Mean time between two records of a shard: the shorter, the more records wait for an earlier one. */
  readonly gapNs: number;
}

export interface FittedDraws {
  readonly slotNs: number;
  readonly table: QuantileTable;
  /** Wasserstein distance over the mean between the delivered and the measured distribution. */
  readonly w1OverMean: number;
}

const MS = 1e6;
const SLOT_MIN_NS = 20 * MS;
const SLOT_MAX_NS = 2000 * MS;
/** Limit of the increase of the mean by the order within a shard, before the fit corrects it: variance / (2 slots). */
const ORDER_RAISE_RATIO = 0.05;
const ROUNDS = 12;
const STEP = 0.8;
const GOOD_W1_RATIO = 0.01;

const SHARDS = 4;
const RECORDS_PER_SHARD = 8000;
const SEED = 1;

/**
 * Finds the quantiles to draw from, so that consumers measure `wanted`. Draws and measured latencies differ by the additions
 * of the engine: the order within a shard, the wait for the next poll, and the engine's own time. Each round delivers
 * records with the current draws, and corrects every quantile by its error.
 */
export function fitDraws(wanted: QuantileTable, model: DeliveryModel): FittedDraws {
  const { pollIntervalNs, floorNs } = model;
  const slotNs = slotFor(wanted);
  const mean = Math.max(1, quantileMeanNs(wanted));
  let table = wanted.map(({ p, ns }) => ({ p, ns: Math.max(0, ns - floorNs - (pollIntervalNs ?? 0) * p) }));
  let best: FittedDraws = { slotNs, table: rising(table), w1OverMean: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS && best.w1OverMean > GOOD_W1_RATIO; round += 1) {
    const draws = rising(table);
    const delivered = deliver(draws, slotNs, model).map((ns) => ns + floorNs);
    const w1OverMean = distance(wanted, delivered) / mean;
    if (w1OverMean < best.w1OverMean) best = { slotNs, table: draws, w1OverMean };
    table = draws.map(({ p, ns }, row) => ({
      p,
      ns: Math.max(0, ns + STEP * (wanted[row]!.ns - sortedAt(delivered, p))),
    }));
  }
  return best;
}

function slotFor(table: QuantileTable): number {
  const points = Array.from({ length: 1000 }, (_, i) => quantileAt(table, (i + 0.5) / 1000));
  const mean = points.reduce((sum, ns) => sum + ns, 0) / points.length;
  const variance = points.reduce((sum, ns) => sum + (ns - mean) ** 2, 0) / points.length;
  const slotNs = mean === 0 ? SLOT_MIN_NS : variance / (2 * ORDER_RAISE_RATIO * mean);
  return Math.round(Math.min(SLOT_MAX_NS, Math.max(SLOT_MIN_NS, slotNs)) / MS) * MS;
}

/** Returns the delays of records with random arrivals in the delivery of the engine, ascending. */
function deliver(table: QuantileTable, slotNs: number, { pollIntervalNs, gapNs }: DeliveryModel): number[] {
  const gaps = new RandomStream(SEED, 'gaps');
  const model = profileOf({ slotMs: slotNs / MS, evenDraws: true, quantiles: table }, SEED);
  const delays: number[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) {
    let visibleAtNs = 0;
    let writtenAtNs = 0;
    for (let record = 0; record < RECORDS_PER_SHARD; record += 1) {
      writtenAtNs += unitExponential(gaps.uniform()) * gapNs;
      visibleAtNs = Math.max(visibleAtNs, writtenAtNs + model.delayNs(shard, writtenAtNs));
      const receivedAtNs =
        pollIntervalNs === undefined ? visibleAtNs : Math.ceil(visibleAtNs / pollIntervalNs) * pollIntervalNs;
      delays.push(receivedAtNs - writtenAtNs);
    }
  }
  return delays.sort((a, b) => a - b);
}

const sortedAt = (sorted: readonly number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;

/** Returns the mean distance of the quantiles. */
function distance(table: QuantileTable, sorted: readonly number[]): number {
  const sum = sorted.reduce((total, ns, i) => total + Math.abs(ns - quantileAt(table, (i + 0.5) / sorted.length)), 0);
  return sum / sorted.length;
}

function rising(table: QuantileTable): QuantileTable {
  let highest = 0;
  return table.map(({ p, ns }) => {
    highest = Math.max(highest, ns);
    return { p, ns: highest };
  });
}
