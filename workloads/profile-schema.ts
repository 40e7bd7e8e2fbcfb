import { z } from 'zod';
import { quantilesSchema } from './latency-file.ts';

/**
 * The file that `calibrate` writes and that `target: { kind: engine, profile: FILE }` reads. Times are ms, rates are per second and shard.
 * A part that was not measured is null. A newer version may add members; a member never changes its meaning without a new version.
 */
export const PROFILE_FORMAT = 'streamgauge-profile';
export const PROFILE_VERSION = 1;

const positive = z.number().positive();
const count = z.int().min(0);

const delay = z.strictObject({
  count: count.meta({ description: 'Latencies that the quantiles were made from.' }),
  meanMs: z.number().min(0).meta({ description: 'Mean of these latencies, in ms.' }),
  lag1: z
    .number()
    .min(-1)
    .max(1)
    .nullable()
    .meta({ description: 'Lag-1 autocorrelation of the medians of whole seconds; null with fewer than 10 seconds.' }),
  quantiles: quantilesSchema.meta({ description: 'As measured: rows { p, ms }.' }),
  draws: z
    .strictObject({
      slotMs: z
        .number()
        .min(1)
        .max(3_600_000)
        .meta({ description: 'Time for which one draw holds for a shard, in ms.' }),
      quantiles: quantilesSchema,
      w1OverMean: z.number().min(0).nullable().meta({
        description: 'Wasserstein distance over the mean between what the twin delivers and `quantiles`.',
      }),
    })
    .optional()
    .meta({
      description:
        'Delays that the twin draws so that its consumers measure `quantiles`: without the wait for the next poll and the order of a shard.',
    }),
  blocks: z
    .array(quantilesSchema)
    .min(2)
    .optional()
    .meta({ description: 'Quantiles of single seconds, if seconds depend on each other (lag1 of 0.1 or more).' }),
});

const limit = z
  .strictObject({
    perSecond: positive.meta({ description: 'Records or bytes per second that one shard accepts in the long run.' }),
    depth: positive
      .nullable()
      .meta({ description: 'Records or bytes that an idle shard saves up; null for a fixed window.' }),
  })
  .nullable();

const limits = z.strictObject({
  kind: z.enum(['bucket', 'window']).meta({ description: 'Token bucket, or counts in fixed windows.' }),
  windowMs: positive.nullable().meta({ description: 'Length of a window; null for a bucket.' }),
  records: limit.meta({ description: 'null if no limit was found.' }),
  bytes: limit.meta({ description: 'null if no limit was found.' }),
});

const plainValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const profileSchema = z.strictObject({
  format: z.literal(PROFILE_FORMAT),
  version: z.literal(PROFILE_VERSION),
  name: z.string().min(1),
  basis: z
    .enum(['measurement', 'documentation'])
    .meta({ description: 'Source of the numbers: a measurement, or documentation.' }),
  source: z.string().min(1).meta({ description: 'Description of the source, for people.' }),
  recordedAt: z.string().min(1).meta({ description: 'ISO 8601.' }),
  conditions: z.record(z.string(), plainValue).meta({
    description: 'Target, region, record size, rate and poll interval: the profile is valid only there.',
  }),
  incomplete: z.string().min(1).optional().meta({ description: 'Why parts are missing.' }),
  put: delay.nullable().meta({ description: 'From the hand-over of a call to its response.' }),
  fanOut: z.union([delay, z.literal('enhanced-fan-out')]).nullable(),
  polling: z.union([delay, z.literal('polling')]).nullable(),
  limits: z.union([limits, z.literal('aws')]).nullable(),
});

export type ProfileDocument = z.output<typeof profileSchema>;
export type MeasuredDelay = z.output<typeof delay>;
export type MeasuredLimits = z.output<typeof limits>;
export type QuantileRow = z.output<typeof quantilesSchema>[number];
