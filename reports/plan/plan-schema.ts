import { z } from 'zod';
import { BINDINGS, LOAD_SOURCES, PLAN_SCHEMA_VERSION, type Plan, RECOMMENDATION_KINDS } from './plan.ts';

/** Limits of the lists of a valid plan. */
const COUNTS_MAX = 1000;
const SHARDS_MAX = 65_536;

const text = z.string().max(10_000);
const texts = z.array(text).max(1000);
const finite = z.number();
const nonNegative = z.number().nonnegative();
const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const shards = z.int().positive().max(SHARDS_MAX);
const kind = z.enum(['polling', 'fan-out']);
const latency = z.object({ p50Ns: nonNegative, p99Ns: nonNegative });

const load = z.object({
  name: text,
  source: z.enum(LOAD_SOURCES),
  durationNs: z.number().positive(),
  records: nonNegative,
  bytes: nonNegative,
  meanRecordsPerSecond: nonNegative,
  meanBytesPerSecond: nonNegative,
  peakRecordsPerSecond: nonNegative,
  peakBytesPerSecond: nonNegative,
  stepNs: z.number().positive(),
  distinctKeys: nonNegative.nullable(),
  consumers: z.array(z.object({ name: text, kind })).max(100),
  scaleRatio: z.number().positive(),
});

const slo = z.object({
  thresholds: texts,
  isDefault: z.boolean(),
  skipped: z.array(z.object({ text, why: text })).max(1000),
  notes: texts,
});

const recommended = z.object({
  kind: z.enum(RECOMMENDATION_KINDS),
  shards: shards.nullable(),
  onlyHotKeySuffersFrom: shards.nullable(),
  headroomRatio: finite.nullable(),
  headroomEnds: z.enum(['slo', 'shard-limit']).nullable(),
  reason: text,
  certainty: text,
  binding: z.enum(BINDINGS),
  isNextHeld: z.boolean().nullable(),
  formulaShards: count,
});

const plannedConsumer = z.object({
  name: text,
  kind,
  putToGet: latency,
  iteratorAgeMaxNs: nonNegative,
  readHeadroomRatio: finite,
  callHeadroomRatio: finite.nullable(),
});

const plannedCount = z.object({
  shards,
  method: z.enum(['records', 'rates']),
  isHeld: z.boolean(),
  failed: texts,
  throttledRatio: share,
  throttledRecordsRatio: share,
  failedRecords: nonNegative,
  unsentRecords: nonNegative,
  ackLatency: latency,
  consumers: z.array(plannedConsumer).max(100),
  binding: z.enum(BINDINGS),
  busiestPeakRatio: nonNegative,
  busiestMeanRatio: nonNegative,
  monthlyUsd: nonNegative,
});

const hotKey = z.object({
  name: text,
  recordShare: share,
  byteShare: share,
  shardRatio: nonNegative,
  splitOver: count,
});

const skew = z.object({
  shards,
  recordShares: z.array(nonNegative).max(SHARDS_MAX),
  byteShares: z.array(nonNegative).max(SHARDS_MAX),
});

const onDemand = z.object({
  standard: z.object({ monthlyUsd: nonNegative }),
  advantage: z.object({ monthlyUsd: nonNegative, isMinimum: z.boolean() }).nullable(),
  ramp: z.object({
    newStreamThrottledRatio: share,
    grownThrottledRatio: share,
    growNs: nonNegative,
    reason: text,
  }),
  isOneKeyTooHot: z.boolean(),
});

const aggregation = z.object({
  recordsPerAggregate: z.number().min(1),
  shards: shards.nullable(),
  monthlyUsd: nonNegative.nullable(),
  reason: text,
});

const growth = z.object({
  monthlyRatio: z.number().positive(),
  monthsLeft: nonNegative.nullable(),
  startAtRatio: nonNegative,
  later: z.array(z.object({ months: nonNegative, shards: z.int().positive() })).max(100),
});

const verifiedMetric = z.object({
  name: text,
  unit: z.enum(['ratio', 'ns']),
  predicted: nonNegative,
  measured: nonNegative.nullable(),
  tolerance: nonNegative,
  isHeld: z.boolean(),
});

const verification = z.object({
  isHeld: z.boolean(),
  runs: z
    .array(
      z.object({
        shards,
        outcome: z.enum(['measured', 'invalid']),
        why: text.nullable(),
        isSloHeld: z.object({ predicted: z.boolean(), measured: z.boolean().nullable() }),
        metrics: z.array(verifiedMetric).max(100),
      }),
    )
    .max(10),
});

export const planSchema: z.ZodType<Plan> = z
  .object({
    schemaVersion: z.literal(PLAN_SCHEMA_VERSION),
    kind: z.literal('plan'),
    toolVersion: text,
    createdAt: z.iso.datetime(),
    seed: count,
    load,
    slo,
    recommended,
    counts: z.array(plannedCount).min(1).max(COUNTS_MAX),
    hotKeys: z.array(hotKey).max(1000),
    skews: z.array(skew).min(1).max(10),
    onDemand,
    aggregation: aggregation.nullable(),
    growth: growth.nullable(),
    verification: verification.nullable(),
    prices: z.object({ region: text, asOf: text, sources: texts }),
    assumptions: texts,
  })
  .superRefine((plan, context) => {
    for (const problem of contradictions(plan)) context.addIssue({ code: 'custom', message: problem });
  });

/** Returns the contradictions in a plan, which show that the file was edited. */
function contradictions({ recommended, counts, skews }: Pick<Plan, 'recommended' | 'counts' | 'skews'>): string[] {
  const chosen = counts.find((planned) => planned.shards === recommended.shards);
  return [
    ...(recommended.shards !== null && chosen === undefined ? ['counts lacks the recommended number of shards'] : []),
    ...(chosen?.isHeld === false ? ['the recommended number of shards does not hold the SLO'] : []),
    ...((recommended.kind === 'meets-slo') === (recommended.shards === null)
      ? ['recommended contradicts its kind']
      : []),
    ...(counts.some((planned, i) => i > 0 && planned.shards <= counts[i - 1]!.shards)
      ? ['counts must have rising numbers of shards']
      : []),
    ...skews
      .filter((skew) => skew.recordShares.length !== skew.shards || skew.byteShares.length !== skew.shards)
      .map(({ shards }) => `skews must have ${shards} shares for ${shards} shards`),
  ];
}
