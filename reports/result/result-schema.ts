import { z } from 'zod';
import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS } from '../errors.ts';
import { Histogram } from '../histogram/histogram.ts';
import { compositionSchema, compositionSummarySchema } from './composition-schema.ts';
import { environmentSchema } from './environment-schema.ts';
import {
  type Cell,
  CONSUMER_HISTOGRAMS,
  CONSUMER_SPANS,
  type FaultReport,
  type Interval,
  type IntervalShard,
  PRODUCER_HISTOGRAMS,
  RESULT_SCHEMA_VERSION,
  type Result,
  SPANS,
  type StepReport,
  VALIDITY_CODES,
  VERDICT_KINDS,
} from './result.ts';
import { CELLS_MAX, HISTOGRAM_LENGTH_MAX, INTERVALS_MAX, NAMED_MAX } from './result-limits.ts';
import { scenarioSchema } from './scenario-schema.ts';
import { count, number, numberOrNull, positive, text } from './schema-values.ts';
import { columnsProblem, type EncodedInterval, type ShardColumns, shardsOf } from './series-format.ts';
import { targetDescription } from './target-description-schema.ts';
import { METRIC_UNITS } from './target-metric.ts';
import type { UnfinishedHead } from './unfinished-format.ts';

const shard = z.int().nonnegative().nullable();

const histogram = z
  .string()
  .max(HISTOGRAM_LENGTH_MAX)
  .transform((base64, context) => {
    try {
      return Histogram.decode(base64);
    } catch (error) {
      context.addIssue(isErrorOf(REPORT_ERRORS, error) ? error.what : String(error));
      return z.NEVER;
    }
  });

/** Fields are in the order in which they are written, so that a result that was read is written unchanged. */
const producerCell = <S extends Partial<Record<'shard', typeof shard>>, H extends z.ZodType>(
  ofShard: S,
  histogram: H,
) => ({
  kind: z.literal('producer'),
  workload: text,
  phase: text,
  ...ofShard,
  counts: z.object({
    scheduled: count.exactOptional(),
    acked: count,
    bytes: count,
    throttled: count,
    throttledRecords: count,
    retried: count,
    dropped: count,
    failed: count,
    overtime: count.exactOptional(),
    overtimeBytes: count.exactOptional(),
  }),
  histograms: z.record(z.enum(PRODUCER_HISTOGRAMS), histogram),
  clamped: z.partialRecord(z.enum(PRODUCER_HISTOGRAMS), count).exactOptional(),
});

const consumerCell = <S extends z.ZodRawShape, H extends z.ZodType, C extends z.ZodRawShape>(
  ofShard: S,
  histogram: H,
  ofRun: C,
) => ({
  kind: z.literal('consumer'),
  workload: text,
  phase: text,
  ...ofShard,
  consumer: text,
  counts: z.object({ received: count, bytes: count }),
  histograms: z.record(z.enum(CONSUMER_HISTOGRAMS), histogram),
  clamped: z.partialRecord(z.enum(CONSUMER_HISTOGRAMS), count).exactOptional(),
  ...ofRun,
});

const cell = z.discriminatedUnion('kind', [
  z.object(producerCell({ shard }, histogram)),
  z.object(consumerCell({ shard }, histogram, { composition: compositionSchema.exactOptional() })),
]);
export const cellsSchema: z.ZodType<Cell[]> = z.array(cell).max(CELLS_MAX);
const intervalCellOf = <H extends z.ZodType>(ofCell: H) =>
  z.discriminatedUnion('kind', [z.object(producerCell({}, ofCell)), z.object(consumerCell({}, ofCell, {}))]);
const intervalCell = intervalCellOf(histogram);

const gauges = z.object({
  inFlight: number,
  intendedPerSecond: number,
  lagRecords: z.array(number).max(NAMED_MAX),
  behindMs: positive.exactOptional(),
  rssBytes: number,
});

/** Checked by hand: a schema for each number would take most of the time that an hour of 64 shards takes to read. */
const shardColumns = z.unknown().transform((value, context): IntervalShard[] => {
  const problem = columnsProblem(value, NAMED_MAX);
  if (problem === undefined) return shardsOf(value as ShardColumns);
  context.addIssue({ code: 'custom', ...problem });
  return z.NEVER;
});

const intervalOf = <C extends z.ZodType>(ofCell: C) =>
  z.object({ startNs: number, endNs: number, cells: z.array(ofCell).max(CELLS_MAX), shards: shardColumns, gauges });

const spanSummary = z.object({
  count,
  minNs: numberOrNull,
  meanNs: numberOrNull,
  p50Ns: numberOrNull,
  p75Ns: numberOrNull,
  p90Ns: numberOrNull,
  p95Ns: numberOrNull,
  p99Ns: numberOrNull,
  p999Ns: numberOrNull,
  p9999Ns: numberOrNull,
  maxNs: numberOrNull,
  clamped: count,
});

const ledger = z.object({
  sent: count,
  received: count,
  lost: count,
  duplicated: count,
  reordered: count,
  unacknowledged: count,
  failed: count,
  dropped: count,
  consumers: z
    .array(
      z.object({
        name: text,
        received: count,
        lost: count,
        duplicated: count,
        reordered: count,
        trimmedRecords: count,
      }),
    )
    .max(NAMED_MAX),
});

const rate = z.object({
  intendedPerSecond: positive,
  achievedPerSecond: positive,
  bytesPerSecond: positive,
  ratio: numberOrNull,
  throttled: count,
  throttledRatio: positive,
  throttledRecords: count,
  throttledRecordsRatio: positive,
  retried: count,
  scheduledSeconds: positive,
  overtime: count,
});

const phaseRate = z.object({
  workload: text,
  phase: text,
  scheduledSeconds: positive,
  intendedPerSecond: positive,
  achievedPerSecond: positive,
  ratio: numberOrNull,
});

const consumerSummary = z.object({
  name: text,
  kind: z.enum(['polling', 'fan-out', 'delivered', 'group']),
  spans: z.record(z.enum(CONSUMER_SPANS), spanSummary),
});

const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('completed') }),
  z.object({ kind: z.literal('interrupted'), signal: text }),
  z.object({ kind: z.literal('aborted'), threshold: text }),
  z.object({ kind: z.literal('failed'), code: text, message: text }),
  z.object({ kind: z.literal('died'), discardedBytes: count }),
]);

const part = z.int().positive().exactOptional();
const validityReasons = z.array(z.object({ code: z.enum(VALIDITY_CODES), what: text, fix: text, part })).max(NAMED_MAX);

const validity = z.object({
  kind: z.enum(['valid', 'invalid']),
  reasons: validityReasons,
  checks: z.object({
    scheduleLagP99Ns: numberOrNull,
    scheduleLagLimitNs: numberOrNull,
    loopDelayP99Ns: numberOrNull,
    workerCpuRatio: numberOrNull,
    otherCpuRatio: numberOrNull,
    achievedRatio: numberOrNull,
    targetLimited: z.boolean(),
    inFlightMean: numberOrNull,
    inFlightExpected: numberOrNull,
    ledgerDifference: numberOrNull,
  }),
});

const thresholdVerdict = z.object({
  text,
  actual: numberOrNull,
  holds: z.boolean().nullable(),
  worstWindow: z.object({ startNs: number, endNs: number }).exactOptional(),
  reason: text.exactOptional(),
  default: z.literal(true).exactOptional(),
});

const atNs = number;
const shards = z.array(count).max(NAMED_MAX);

const step = z
  .discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('split'), atNs, shard: z.union([text, count]) }),
    z.looseObject({ kind: z.literal('merge'), atNs, shards: z.union([text, shards]) }),
    z.looseObject({ kind: z.literal('shard-count'), atNs, count }),
    z.looseObject({ kind: z.literal('partition-count'), atNs, count }),
    z.looseObject({ kind: z.literal('stop'), atNs, broker: text }),
    z.looseObject({ kind: z.literal('start'), atNs, broker: text }),
  ])
  .transform((checked) => checked as unknown as StepReport['step']);

const stepReport = z.object({
  step,
  outcome: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('done'),
      askedAtNs: atNs,
      doneAtNs: atNs,
      closed: shards,
      opened: shards,
      recoveryNs: numberOrNull,
    }),
    z.object({ kind: z.literal('failed'), askedAtNs: atNs, message: text }),
    z.object({ kind: z.literal('unfinished'), askedAtNs: atNs }),
    z.object({ kind: z.literal('not-reached') }),
  ]),
  part,
});

const faultReport = z.object({
  fault: z
    .looseObject({
      kind: text,
      fromNs: number,
      untilNs: number.exactOptional(),
      delayNs: number.exactOptional(),
      rateRatio: number.exactOptional(),
      code: text.exactOptional(),
      operation: text.exactOptional(),
      shard: count.exactOptional(),
    })
    .refine(({ kind, delayNs }) => kind !== 'latency' || delayNs !== undefined, 'has no delay')
    .transform((checked) => checked as unknown as FaultReport['fault']),
  injected: count.nullable(),
  part,
});

const harnessCeiling = z.object({ recordsPerSecond: numberOrNull, cached: z.boolean() });

const partOf = z
  .object({ index: z.int().positive(), of: z.int().positive().max(NAMED_MAX) })
  .refine(({ index, of }) => index <= of, 'index is beyond of');
const merged = z.object({
  of: z.int().positive().max(NAMED_MAX),
  parts: z
    .array(
      z.object({
        index: z.int().positive(),
        startedAt: z.iso.datetime(),
        finishedAt: z.iso.datetime(),
        outcome,
        environment: environmentSchema,
        harnessCeiling,
        reasons: validityReasons,
        targetLimited: z.boolean(),
        otherCpuRatio: numberOrNull,
      }),
    )
    .max(NAMED_MAX),
});
const cut = z.object({ fromNs: positive, toNs: positive, phase: text.exactOptional() });

/** Fields that are known when a run starts. */
const atStart = {
  tool: z.object({ name: z.literal('streamgauge'), version: text }),
  startedAt: z.iso.datetime(),
  scenario: scenarioSchema,
  scenarioHash: text,
  target: targetDescription.exactOptional(),
  seed: number,
  environment: environmentSchema,
  harnessCeiling,
  notes: z.array(text).max(NAMED_MAX).exactOptional(),
  expectedCost: z
    .object({
      usd: positive,
      lines: z.array(z.object({ what: text, usd: positive })).max(NAMED_MAX),
      prices: text,
    })
    .exactOptional(),
  part: partOf.exactOptional(),
};

/** The first line of a file of seconds; see unfinished-format.ts. */
export const unfinishedHeadSchema: z.ZodType<UnfinishedHead> = z.object({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  ...atStart,
});

export const intervalSchema: z.ZodType<Interval> = intervalOf(intervalCell);

/** The same with encoded histograms, which are checked only when they are added up. */
export const encodedIntervalSchema: z.ZodType<EncodedInterval> = intervalOf(
  intervalCellOf(z.string().max(HISTOGRAM_LENGTH_MAX)),
);

export const resultSchema: z.ZodType<Result> = z.object({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  tool: atStart.tool,
  startedAt: atStart.startedAt,
  finishedAt: z.iso.datetime(),
  outcome,
  partial: z.boolean(),
  scenario: scenarioSchema,
  scenarioHash: text,
  target: atStart.target,
  seed: number,
  environment: environmentSchema,
  harnessCeiling,
  validity,
  verdict: z.object({
    kind: z.enum(VERDICT_KINDS),
    thresholds: z.array(thresholdVerdict).max(NAMED_MAX),
  }),
  summary: z.object({
    spans: z.record(z.enum(SPANS), spanSummary),
    ledger,
    rate,
    consumers: z.array(consumerSummary).max(NAMED_MAX),
    phases: z.array(phaseRate).max(CELLS_MAX),
    composition: compositionSummarySchema.exactOptional(),
  }),
  cells: cellsSchema,
  series: z.array(intervalSchema).max(INTERVALS_MAX),
  workers: z
    .array(
      z.object({
        role: z.enum(['producer', 'consumer', 'target', 'main']),
        name: text,
        cpuRatio: positive,
        loopDelayP99Ns: positive.exactOptional(),
        maxPauseNs: positive,
        counts: z.record(text, count).exactOptional(),
        part,
      }),
    )
    .max(NAMED_MAX),
  steps: z.array(stepReport).max(NAMED_MAX).exactOptional(),
  faults: z.array(faultReport).max(NAMED_MAX).exactOptional(),
  targetMetrics: z
    .array(
      z.object({
        name: text,
        unit: z.enum(METRIC_UNITS),
        count,
        sum: number,
        min: numberOrNull,
        max: numberOrNull,
      }),
    )
    .max(NAMED_MAX)
    .exactOptional(),
  notes: atStart.notes,
  expectedCost: atStart.expectedCost,
  part: atStart.part,
  merged: merged.exactOptional(),
  cut: cut.exactOptional(),
});
