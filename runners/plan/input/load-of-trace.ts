import { basename } from 'node:path';
import { type RunnerError, runnerError } from '../../errors.ts';
import type { KeyBurst, Load } from '../../simulation/load.ts';
import { hashRatioOf, hexOf } from '../../sketch/heavy-keys.ts';
import { producerCount, SDK_PRODUCERS } from './sdk-producers.ts';
import { copiesOf } from './trace/copies.ts';
import { KeyBursts } from './trace/key-bursts.ts';
import { RateSteps } from './trace/rate-steps.ts';
import { readTrace, type TraceFacts } from './trace/read-trace.ts';
import { RepeatedCopies } from './trace/repeated-copies.ts';
import { TraceSpool } from './trace/spool.ts';
import { ORDER_WINDOW_RECORDS, TimeOrder } from './trace/time-order.ts';
import { TraceKeys } from './trace/trace-keys.ts';
import type { TraceLoadOptions } from './trace/trace-options.ts';
import { traceWeights } from './trace/trace-weights.ts';

/** A load whose records lie in a temporary file. */
export interface TraceLoad extends Load {
  /** Frees the file; `replay` fails after it. Safe to call twice. */
  close(): void;
}

const MINUTE_NS = 60e9;
/** 1 GB in a temporary file. */
const KEPT_RECORDS_MAX = 50_000_000;
/** Duration of the last record of a trace whose times are more exact than this. */
const LAST_RECORD_NS = 1e6;

/**
 * The load that a trace recorded, optionally many times as large. The trace is parsed once, with memory that does not depend on its size;
 * its records go to a temporary file, 20 bytes each, that the system frees however the process ends.
 * @param path a file, or `-` for standard input.
 * @throws RunnerError as `readTrace`, and RUNNER_INPUT_ORDER if the records are further out of order than a window of 65,536 records.
 */
export async function loadOfTrace(path: string, options: TraceLoadOptions): Promise<TraceLoad> {
  const spool = new TraceSpool();
  try {
    const read = await spoolTrace(path, options, spool);
    return loadOf(path, options, spool, read);
  } catch (error) {
    spool.close();
    throw error;
  }
}

interface SpooledTrace {
  readonly facts: TraceFacts;
  readonly keys: TraceKeys;
  readonly steps: RateSteps;
  readonly bursts: KeyBursts;
  readonly firstNs: number;
  readonly lastNs: number;
  readonly bytes: number;
  readonly outOfOrderCount: number;
}

async function spoolTrace(path: string, options: TraceLoadOptions, spool: TraceSpool): Promise<SpooledTrace> {
  const keys = new TraceKeys();
  const steps = new RateSteps();
  const bursts = new KeyBursts(options.speed ?? 1);
  let firstNs = 0;
  let lastNs = 0;
  let bytes = 0;
  const order = new TimeOrder((timeNs, hashRatio, size) => {
    if (spool.records === 0) firstNs = timeNs;
    lastNs = timeNs;
    bytes += size;
    steps.add(timeNs - firstNs, 1, size);
    bursts.add(timeNs - firstNs, hashRatio, size);
    spool.append(timeNs, hashRatio, size);
  });
  const facts = await readTrace(path, options, {
    record: ({ timeNs, hash, hashRatio, keyBytes, dataBytes, line }, name) => {
      const size = keyBytes + dataBytes;
      if (keys.add(hash, size)) keys.heavy.nameNewest(name());
      const lateNs = order.add(timeNs, hashRatio, size);
      if (lateNs > 0) throw outOfOrder(path, line, lateNs);
    },
  });
  order.finish();
  spool.finish();
  return { facts, keys, steps, bursts, firstNs, lastNs, bytes, outOfOrderCount: order.outOfOrderCount };
}

function loadOf(path: string, options: TraceLoadOptions, spool: TraceSpool, read: SpooledTrace): TraceLoad {
  const { scale = 1, speed = 1, copyKeys = 'new', seed = 1, consumers } = options;
  const { facts, keys, steps, firstNs, lastNs } = read;
  const { resolutionNs } = facts;
  const durationNs = Math.max(1, (lastNs - firstNs + Math.max(resolutionNs, LAST_RECORD_NS)) / speed);
  const records = Math.floor(facts.records * scale);
  const steady = steps.finish(resolutionNs);
  const rates = {
    stepNs: steady.stepNs / speed,
    recordsOfStep: steady.recordsOfStep.map((value) => value * scale),
    bytesOfStep: steady.bytesOfStep.map((value) => value * scale),
    recordsPerBurst: 1,
  };
  const count = producerCount(options.producers, rates);
  const copying = { scale, speed, resolutionNs, copyKeys, producers: count, seed };
  const copies = new RepeatedCopies(() => copiesOf(spool, copying), {
    producers: count,
    isKept: records <= KEPT_RECORDS_MAX,
  });
  return {
    name: path === '-' ? 'trace' : basename(path),
    durationNs,
    records,
    bytes: read.bytes * scale,
    replay: () => copies.replay(),
    rates,
    keys: traceWeights(keys, { totalBytes: read.bytes, totalRecords: facts.records, scale, copyKeys, seed }),
    bursts: burstsOf(read, options),
    producers: { ...SDK_PRODUCERS, count },
    consumers,
    notes: [...facts.notes, ...notesOf(options, read, durationNs, count)],
    close: () => {
      copies.close();
      spool.close();
    },
  };
}

/**
 * Copies with keys of their own leave a key as busy as it was; copies that keep their keys lie in the same second. Times that are exact
 * to more than a second are spread over all of it.
 */
function burstsOf({ bursts, keys, facts }: SpooledTrace, options: TraceLoadOptions): KeyBurst[] {
  const { scale = 1, speed = 1, copyKeys = 'new' } = options;
  const names = new Map(keys.heavy.heaviest().map(({ hash, name }) => [hashRatioOf(hash), name ?? hexOf(hash)]));
  const spread = Math.min(1, (speed * 1e9) / facts.resolutionNs);
  const factor = spread * (copyKeys === 'new' ? Math.min(1, scale) : scale);
  return bursts.finish(factor, (hashRatio) => names.get(hashRatio));
}

function notesOf(options: TraceLoadOptions, read: SpooledTrace, durationNs: number, producers: number): string[] {
  const { scale = 1, speed = 1, copyKeys = 'new' } = options;
  const { facts, keys, firstNs, lastNs, outOfOrderCount } = read;
  const notes = [`The records are from ${instant(facts.secondsOf(firstNs))} to ${instant(facts.secondsOf(lastNs))}.`];
  if (outOfOrderCount > 0) notes.push(`${grouped(outOfOrderCount)} records were out of order and were sorted by time.`);
  if (facts.resolutionNs >= 1e6) {
    const exact = durationText(facts.resolutionNs);
    notes.push(`Times are exact to ${exact}, so each record is placed at random within its ${exact}.`);
  }
  if (scale !== 1) {
    const how =
      copyKeys === 'same'
        ? 'copies keep their keys, so each key is that much busier (--copy-keys new makes more keys instead)'
        : 'each copy has a key of its own, so there are more keys and none is busier (--copy-keys same makes busier keys)';
    notes.push(`The rate is ${grouped(scale)} times the recorded one: ${how}.`);
  }
  if (speed !== 1) notes.push(`Times run ${grouped(speed)} times as fast as recorded.`);
  if (durationNs < MINUTE_NS) {
    const took = durationText(durationNs);
    notes.push(
      `The trace is only ${took} long: it shows no daily or hourly peak, and its tail latencies rest on few records.`,
    );
  }
  if (!keys.isExact) {
    const missed = grouped(keys.heavy.recordsMissedMax);
    notes.push(
      `There are about ${grouped(keys.distinctKeys)} keys; counts of the heaviest ones may be up to ${missed} records too low.`,
    );
  }
  if (options.producers === undefined) {
    const assumed = producers === 1 ? '1 producer is assumed' : `${grouped(producers)} producers are assumed`;
    notes.push(`The trace does not name its producers: ${assumed}, one for each 1,000 records/s of the peak.`);
  }
  return notes;
}

function outOfOrder(where: string, line: number, lateNs: number): RunnerError {
  return runnerError('RUNNER_INPUT_ORDER', {
    what: `line ${line} is ${durationText(lateNs)} older than a record more than ${grouped(ORDER_WINDOW_RECORDS)} records before it`,
    where,
    fix: 'Sort the trace by its time first.',
  });
}

const grouped = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

const UNITS = [
  ['day', 86_400e9],
  ['h', 3600e9],
  ['min', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
] as const;

/** Three significant digits: `1 s`, `2.04 min`. */
function durationText(ns: number): string {
  const [unit, unitNs] = UNITS.find(([, size]) => ns >= size) ?? ['ns', 1];
  return `${Number((ns / unitNs).toPrecision(3))} ${unit}`;
}

function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s after 1970` : date.toISOString().replace('.000Z', 'Z');
}
