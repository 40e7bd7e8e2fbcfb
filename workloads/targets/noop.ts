import { z } from 'zod';
import { checkQuantiles } from '../check-quantiles.ts';
import type { Problem } from '../errors.ts';
import { durationField, durationOrZeroField, wholeNumberField } from '../schema-fields.ts';
import type { TargetRules } from './target-rules.ts';

const SHARDS_MAX = 4096;

export interface NoopTargetSpec {
  readonly kind: 'noop';
  readonly shards: number;
  readonly delay: DelaySpec;
  readonly stalls: readonly { readonly atNs: number; readonly forNs: number }[];
  /** A first-come, first-served queue in front of the target. Absent: every call starts at once. */
  readonly queue?: QueueSpec;
}

/** A queue with a capacity of exactly servers / serviceNs records per ns: a call occupies one server for its records, one after another. */
export interface QueueSpec {
  readonly servers: number;
  /** Time that one record takes. */
  readonly serviceNs: number;
}

export type DelaySpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly ns: number }
  | { readonly kind: 'lognormal'; readonly p50Ns: number; readonly p99Ns: number };

const delay = z
  .union([
    z.literal('none'),
    durationOrZeroField('The same delay for every call.'),
    z.strictObject({
      lognormal: z.strictObject({
        p50: durationField('Half of the calls take less than this.'),
        p99: durationField('99 of 100 calls take less than this.'),
      }),
    }),
  ])
  .meta({ description: 'Time from a call to its response: none, a duration, or { lognormal: { p50, p99 } }.' });

const schema = z.strictObject({
  kind: z
    .literal('noop')
    .meta({ description: 'A target that accepts everything and stores nothing. It measures the harness itself.' }),
  shards: wholeNumberField('Number of shards.', 1, SHARDS_MAX).default(4),
  delay: delay.default('none'),
  stalls: z
    .array(
      z.strictObject({
        at: durationOrZeroField('Time at which the target stops responding, from the start of the run.'),
        for: durationField('Length of the stall.'),
      }),
    )
    .default([])
    .meta({ description: 'Times at which the target stops responding, to test that the measurement shows them.' }),
  servers: wholeNumberField(
    'Servers of a queue in front of the target (default 1 with serviceTime). Its capacity is servers / serviceTime records/s.',
    1,
    4096,
  ).optional(),
  serviceTime: durationField(
    'Time of one server for each record; a call takes one server for all of its records. Without it there is no queue.',
  ).optional(),
});

/** A target that does nothing, after a known delay. */
export const noopTarget: TargetRules<typeof schema, NoopTargetSpec> = {
  kind: 'noop',
  schema,
  resolve: (parsed, { problems }) => ({
    kind: 'noop',
    shards: parsed.shards,
    delay: delayOf(parsed.delay, problems),
    stalls: parsed.stalls.map((stall) => ({ atNs: stall.at, forNs: stall.for })),
    ...queueOf(parsed, problems),
  }),
  shardsAtStart: ({ shards }) => shards,
  faults: {
    problem: () => ({ what: 'the noop target does not support faults; it has stalls.', fix: 'Use target engine.' }),
  },
};

type ParsedNoop = z.output<typeof schema>;

function delayOf(delay: ParsedNoop['delay'], problems: Problem[]): DelaySpec {
  if (delay === 'none' || delay === 0) return { kind: 'none' };
  if (typeof delay === 'number') return { kind: 'fixed', ns: delay };
  const { p50, p99 } = delay.lognormal;
  checkQuantiles(p50, p99, ['target', 'delay', 'lognormal', 'p99'], problems);
  return { kind: 'lognormal', p50Ns: p50, p99Ns: p99 };
}

function queueOf({ servers, serviceTime }: ParsedNoop, problems: Problem[]): { queue?: QueueSpec } {
  if (serviceTime !== undefined) return { queue: { servers: servers ?? 1, serviceNs: serviceTime } };
  if (servers !== undefined) {
    problems.push({
      code: 'CONFLICT',
      path: 'target.servers',
      what: 'servers has no effect without a service time.',
      fix: 'Add serviceTime, such as 20us.',
    });
  }
  return {};
}
