import { z } from 'zod';
import type { Problem } from '../errors.ts';
import { readLatencyFile } from '../latency-file.ts';
import type { LatencySpec, LimitsSpec, TwinProfileSpec } from '../limits-and-latency.ts';
import { nearest } from '../nearest.ts';
import { limitsOfProfile, readProfile, twinProfileOf } from '../profile-file.ts';
import type { ParsedFaults } from '../schema-faults.ts';
import {
  byteRateField,
  durationField,
  RECORD_MAX_BYTES,
  rateField,
  sizeField,
  wholeNumberField,
} from '../schema-fields.ts';
import type { ParsedSteps } from '../schema-steps.ts';
import { resolveMemory } from './engine-memory.ts';
import type { Report, TargetRules } from './target-rules.ts';

const MEBIBYTE = 2 ** 20;
/** Largest number of open shards of the engine. */
const SHARDS_MAX = 4096;
/** Operations of producers and consumers on the engine in process. */
const ENGINE_OPERATIONS = ['PutRecords', 'GetRecords', 'SubscribeToShard'];

export interface EngineTargetSpec {
  readonly kind: 'engine';
  readonly shards: number;
  readonly limits: LimitsSpec;
  /** Delays that `profile` does not have, if there is one. */
  readonly latency: LatencySpec;
  /** Latencies of the service that the engine imitates, from a calibrated or documented profile. Its limits are in `limits`. */
  readonly profile?: TwinProfileSpec;
  /** Memory of one stream, divided among its shards. */
  readonly memoryBytes: number;
  /**
   * Address space of one stream, if it is more than the memory: a shard may use more than its share if others use less.
   */
  readonly reservedBytes?: number;
  readonly maxRecordBytes: number;
  /** When the ring is full: reuse the oldest term (slow consumers lose records), or throttle puts until every consumer has read it. */
  readonly whenFull: 'trim' | 'refuse';
}

const limits = z
  .union([
    z.enum(['aws', 'none']),
    z.strictObject({
      bytes: byteRateField('Bytes per second that one shard accepts.'),
      records: rateField('Records per second that one shard accepts.'),
      burst: durationField('Idle time of a shard that is saved up for a burst.').prefault('1s'),
      window: durationField(
        'Length of fixed windows to count in, instead of token buckets that save up a burst.',
      ).optional(),
      readBytes: byteRateField(
        'Bytes per second that one shard returns to all polls together, and to each push.',
      ).optional(),
      readCalls: rateField('Polls per second that one shard accepts from all consumers together.').optional(),
    }),
  ])
  .meta({
    description:
      'Limits of one shard: aws (writes of 1 MB/s and 1000 records/s, reads of 2 MB/s and 5 polls/s), none, or your own. Without it, none.',
  });

const LATENCIES = ['none', 'enhanced-fan-out', 'polling'] as const;

const latency = z
  .unknown()
  .meta({
    description:
      'Delay until a record can be read: none, the delay of AWS enhanced-fan-out (about 70 ms) or polling (about 100 ms), or the path of a measured profile of quantiles (.json). Without it, none.',
    anyOf: [{ enum: [...LATENCIES] }, { type: 'string', pattern: '\\.json$' }],
    examples: ['enhanced-fan-out', 'latency-profile.json'],
  })
  .transform((input, context): (typeof LATENCIES)[number] | { readonly file: string } => {
    const word = LATENCIES.find((latency) => latency === input);
    if (word !== undefined) return word;
    if (typeof input === 'string' && input.endsWith('.json')) return { file: input };
    const near = typeof input === 'string' ? nearest(input, LATENCIES) : undefined;
    const choices = `${LATENCIES.join(', ')}, or a file that ends in .json`;
    const fix = near === undefined ? `Write ${choices}.` : `Did you mean '${near}'? Possible: ${choices}.`;
    const message = `${JSON.stringify(input)} is not allowed here.`;
    context.addIssue({ code: 'custom', message, params: { code: 'NOT_A_CHOICE', fix } });
    return z.NEVER;
  });

const profile = z
  .string()
  .min(1)
  .meta({
    description:
      'Service that the engine imitates: put latency, put-to-get and limits from a profile that calibrate wrote (.json), or aws-documented. The key limits overrides those of the profile.',
    examples: ['profile.json', 'aws-documented'],
  });

const schema = z.strictObject({
  kind: z.literal('engine').meta({ description: 'The local reference engine.' }),
  shards: wholeNumberField('Number of shards.', 1, SHARDS_MAX).default(4),
  limits: limits.optional(),
  latency: latency.optional(),
  profile: profile.optional(),
  memory: sizeField(
    'Memory of the stream, divided among its shards and those that steps create. Without it, 256MiB that shards take as their records need it.',
    MEBIBYTE,
    2 ** 36,
    'a size from 1MiB to 64GiB',
  ).optional(),
  maxRecordBytes: sizeField(
    'Largest record that the target accepts.',
    1,
    RECORD_MAX_BYTES,
    'a size from 1B to 10MiB',
  ).prefault('1MiB'),
  whenFull: z.enum(['trim', 'refuse']).default('trim').meta({
    description:
      'When memory is full: reuse the oldest part, so that slow consumers lose records (trim), or throttle puts until consumers have read it.',
  }),
});

/** The reference engine in the process of the run. */
export const engineTarget: TargetRules<typeof schema, EngineTargetSpec> = {
  kind: 'engine',
  schema,
  resolve(parsed, { problems, scenarioFile, steps }) {
    const { kind, shards, maxRecordBytes, whenFull } = parsed;
    const memory = resolveMemory(parsed.memory, { shards, steps, maxRecordBytes }, problems);
    const latency = latencyOf(parsed.latency ?? 'none', problems, scenarioFile);
    const profile = profileOf(parsed, problems, scenarioFile);
    const limits = parsed.limits === undefined ? (profile?.limits ?? 'none') : limitsOf(parsed.limits);
    const twin = profile === undefined ? {} : { profile: profile.twin };
    return { kind, shards, limits, latency, ...twin, ...memory, maxRecordBytes, whenFull };
  },
  shardsAtStart: ({ shards }) => shards,
  recordBytesMax: ({ maxRecordBytes }) => maxRecordBytes,
  faults: { check: checkFault },
  steps: {
    check(steps, { shards }, report) {
      for (const [i, step] of steps.entries()) {
        if ('shards' in step && step.shards > SHARDS_MAX)
          report('OUT_OF_RANGE', [i, 'shards'], `${step.shards} is too large.`, `Write at most ${SHARDS_MAX}.`);
      }
      checkShardsExist(steps, shards, report);
    },
  },
};

type ParsedEngine = z.output<typeof schema>;

function limitsOf(limits: NonNullable<ParsedEngine['limits']>): LimitsSpec {
  if (typeof limits === 'string') return limits;
  const { bytes, records, burst, window, readBytes, readCalls } = limits;
  return {
    bytesPerSecond: bytes,
    recordsPerSecond: records,
    burstSeconds: burst / 1e9,
    ...(window === undefined ? {} : { windowSeconds: window / 1e9 }),
    ...(readBytes === undefined ? {} : { readBytesPerSecond: readBytes }),
    ...(readCalls === undefined ? {} : { readCallsPerSecond: readCalls }),
  };
}

function latencyOf(
  latency: NonNullable<ParsedEngine['latency']>,
  problems: Problem[],
  scenarioFile: string | undefined,
): LatencySpec {
  if (typeof latency === 'string') return latency;
  return readLatencyFile(latency.file, scenarioFile, 'target.latency', problems) ?? 'none';
}

function profileOf(
  { profile, latency }: ParsedEngine,
  problems: Problem[],
  scenarioFile: string | undefined,
): { readonly twin: TwinProfileSpec; readonly limits: LimitsSpec } | undefined {
  if (profile === undefined) return undefined;
  if (latency !== undefined) {
    const what = 'profile and latency both set the latencies.';
    problems.push({ code: 'CONFLICT', path: 'target.latency', what, fix: 'Remove latency, or remove profile.' });
  }
  const document = readProfile(profile, scenarioFile, 'target.profile', problems);
  return document && { twin: twinProfileOf(document), limits: limitsOfProfile(document) };
}

function checkFault({ kind, operation, shard }: ParsedFaults[number], report: Report): void {
  if (kind === 'drop-connection') {
    const fix = 'Use kind: error or lose-response, or target kinesis on streamgauge serve.';
    report('CONFLICT', ['kind'], 'the engine in process has no connections.', fix);
  }
  if (kind === 'latency' && shard !== undefined && operation !== 'PutRecords') {
    const fix = 'Remove the shard.';
    report(
      'CONFLICT',
      ['shard'],
      'only puts of the engine in process can be delayed, and a put goes to many shards.',
      fix,
    );
  }
  if (operation === undefined) return;
  if (!ENGINE_OPERATIONS.includes(operation)) {
    const fix = `Use ${ENGINE_OPERATIONS.join(', ')}, or target kinesis on streamgauge serve.`;
    report('CONFLICT', ['operation'], `${operation} is never called on the engine in process.`, fix);
  } else if (operation === 'SubscribeToShard' && kind !== 'stall') {
    report('CONFLICT', ['kind'], 'a push on the engine in process can only stall.', 'Use kind: stall.');
  } else if (operation === 'GetRecords' && kind === 'latency') {
    const fix = "Use the target's latency, or kind: stall.";
    report('CONFLICT', ['kind'], 'single polls of the engine in process cannot be delayed.', fix);
  }
}

/** The engine numbers its shards from 0 as it creates them, so that some shards cannot exist at the time of a step. */
function checkShardsExist(parsed: ParsedSteps, shards: number, report: Report): void {
  const byTime = [...parsed.entries()].sort(([, a], [, b]) => a.at - b.at);
  let made = shards;
  for (const [i, step] of byTime) {
    const named = 'split' in step ? [step.split] : 'merge' in step && step.merge !== 'coldest' ? step.merge : [];
    const missing = named.find((shard) => typeof shard === 'number' && shard >= made);
    if (missing !== undefined) {
      const what = `shard ${missing} does not exist at that time: at most ${made} shards were created, numbered from 0.`;
      report(
        'OUT_OF_RANGE',
        [i, 'split' in step ? 'split' : 'merge'],
        what,
        'Name an open shard, or write hottest or coldest.',
      );
    }
    made += 'split' in step ? 2 : 'merge' in step ? 1 : 'shards' in step ? step.shards : 0;
  }
}
