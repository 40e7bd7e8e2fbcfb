import { z } from 'zod';
import { environmentSchema } from '../result/environment-schema.ts';
import { VALIDITY_CODES } from '../result/result.ts';
import { parseThreshold } from '../verdict/threshold-grammar.ts';
import { KNEE_ENDINGS, KNEE_SCHEMA_VERSION, type KneeResult } from './knee-result.ts';
import { KNEE_LIMITS, type KneeLimit } from './limit.ts';
import { TRIAL_PURPOSES } from './trial.ts';

const TRIALS_MAX = 10_000;
const SEARCHES_MAX = 5000;

const text = z.string().max(10_000);
const number = z.number();
const nonNegative = number.nonnegative();
const positive = number.positive();
const count = z.int().nonnegative();
const ratio = number.min(0).max(1);

const threshold = text.refine(isThreshold, { error: 'is not a threshold' });

const objective = z.object({
  text: threshold,
  actual: number.nullable(),
  limit: number,
  holds: z.boolean().nullable(),
  low: number.nullable(),
  high: number.nullable(),
  reason: text.exactOptional(),
  default: z.literal(true).exactOptional(),
});

const measured = z.object({
  intendedPerSecond: nonNegative,
  achievedPerSecond: nonNegative,
  throttledRatio: ratio,
  undelivered: count,
  objectives: z.array(objective).max(100),
  backlog: z
    .object({
      samples: count,
      growthPerSecond: number,
      lowPerSecond: number,
      highPerSecond: number,
      unackedRecords: count,
      unreceivedRecords: count,
    })
    .nullable(),
  behind: z.object({ growthRatio: number, lowRatio: number }).nullable(),
  putToGetP50Ns: nonNegative.nullable(),
  putToGetP99Ns: nonNegative.nullable(),
  ackLatencyP50Ns: nonNegative.nullable(),
  wasCut: z.boolean(),
  invalidCodes: z.array(z.enum(VALIDITY_CODES)),
  invalidWhy: text.exactOptional(),
  otherCpuRatio: ratio.nullable(),
  targetLimited: z.boolean(),
  busiestShard: z.object({ shard: count, recordsPerSecond: nonNegative, bytesPerSecond: nonNegative }).nullable(),
});

const trial = z.object({
  request: z.object({
    ratePerSecond: positive,
    purpose: z.enum(TRIAL_PURPOSES),
    afterOverloadPerSecond: positive.exactOptional(),
  }),
  startedAt: z.iso.datetime(),
  tookNs: nonNegative,
  measured,
});

const rules = z.object({
  startPerSecond: positive,
  lowestPerSecond: positive,
  highestPerSecond: positive,
  resolutionRatio: number.gt(0).lt(1),
  confirmations: z.int().positive().max(1000),
  skipsDescent: z.boolean().exactOptional(),
  trialNs: positive,
  burstNs: nonNegative,
  trialsMax: z.int().positive().max(TRIALS_MAX),
  seed: count,
});

const knee = z.object({
  kind: z.enum(['found', 'above', 'never', 'unfinished']),
  sustainablePerSecond: nonNegative.nullable(),
  triedPerSecond: positive.nullable(),
  sustainableTrials: count,
  allowance: z.object({ growthPerSecond: nonNegative, burstRatio: ratio }),
  unsustainablePerSecond: positive.nullable(),
  unsustainableTrial: count.nullable(),
  limit: z.enum(Object.keys(KNEE_LIMITS) as [KneeLimit, ...KneeLimit[]]),
  descent: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('not-tried') }),
    z.object({ kind: z.literal('same') }),
    z.object({ kind: z.literal('lower'), perSecond: positive.nullable() }),
  ]),
  why: text.exactOptional(),
});

export const kneeSchema: z.ZodType<KneeResult> = z.object({
  schemaVersion: z.literal(KNEE_SCHEMA_VERSION),
  kind: z.literal('knee'),
  toolVersion: text,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  environment: environmentSchema,
  scenario: z.object({ name: text, hash: text, seed: count, target: text }),
  objectives: z.array(threshold).min(1).max(100),
  warmUpNs: positive,
  ending: z.enum(KNEE_ENDINGS),
  failure: text.exactOptional(),
  notes: z.array(text).max(100),
  searches: z
    .array(z.object({ shards: z.int().positive().nullable(), rules, trials: z.array(trial).max(TRIALS_MAX), knee }))
    .max(SEARCHES_MAX),
});

function isThreshold(value: string): boolean {
  try {
    parseThreshold(value);
    return true;
  } catch {
    return false;
  }
}
