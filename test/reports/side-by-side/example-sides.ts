import type { Result, TargetDescription } from '../../../reports/result/result.ts';
import type { TargetFacts } from '../../../reports/result/target-facts.ts';
import type { RoundOutcome, SideBySideRecord, SidePrice } from '../../../reports/side-by-side/record.ts';
import type { RoundResult } from '../../../reports/side-by-side/side-by-side.ts';
import { exampleRun } from '../compare/example-runs.ts';
import type { ExampleOptions } from '../example-result.ts';

export const KINESIS_FACTS: TargetFacts = {
  durability: 'in three Availability Zones before the acknowledgement',
  order: 'by key; a record that was rejected and retried can land behind a later one of its key',
  delivery: 'at least once: a retry after a lost response stores the record again',
  copies: 3,
  place: 'network',
  client: 'AWS SDK for JavaScript over HTTP/2, one attempt a call',
  batching: 'calls of up to 500 records, with records of all shards',
  polling: 'returns',
  throttling: 'rejects',
  routing: 'MD5 of the key, over ranges of hash keys',
  limits: { recordsPerSecond: 1000, bytesPerSecond: 1e6 },
  compression: 'none',
  fixes: { place: 'Run streamgauge in the region of the stream.', limits: 'Add shards.' },
};

export const BROKER_FACTS: TargetFacts = {
  durability: 'in the page cache of one machine',
  order: 'by key, also after retries',
  delivery: 'once for each producer session',
  copies: 1,
  place: 'machine',
  client: 'a lean client',
  batching: 'one batch for each partition',
  polling: 'waits',
  throttling: 'delays',
  routing: 'murmur2 of the key, modulo partitions',
  limits: null,
  compression: 'none',
  fixes: { durability: 'Use three replicas, of which two must be in sync, and acks: all.' },
};

export interface ExampleSide {
  readonly name: string;
  readonly facts?: TargetFacts | undefined;
  readonly residenceStart?: TargetDescription['residenceStart'];
  /** Latency compared with the other sides. */
  readonly scale?: number;
  readonly price?: SidePrice | null;
  readonly options?: ExampleOptions;
  /** By round from 0; valid without it. */
  readonly outcomes?: readonly RoundOutcome[];
  /** Changes a result before it is compared. */
  readonly change?: (result: Result, round: number) => Result;
}

/** A comparison with results as a run would have made them, which no run made. */
export function exampleSides(
  sides: readonly ExampleSide[],
  roundCount = 4,
): { readonly record: SideBySideRecord; readonly rounds: RoundResult[] } {
  const rounds = Array.from({ length: roundCount }, (_, index) =>
    sides.map((side): RoundResult => {
      const outcome = side.outcomes?.[index] ?? { kind: 'valid' };
      const folder = outcome.kind === 'failed' ? null : `rounds/${index + 1}-${side.name}`;
      const result = folder === null ? undefined : resultOf(side, index, sides.indexOf(side));
      return { round: { round: index + 1, side: side.name, seed: 7 + index, outcome, folder }, result };
    }),
  ).flat();
  const record: SideBySideRecord = {
    schemaVersion: 1,
    kind: 'side-by-side',
    toolVersion: '0.1.0',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:07:10.000Z',
    scenario: { name: 'clickstream', seed: 7 },
    roundNs: 12e9,
    plannedRounds: roundCount,
    sides: sides.map(({ name, price = null }) => ({ name, given: `${name}.yaml`, title: `target ${name}`, price })),
    rounds: rounds.map(({ round }) => round),
    ending: 'completed',
  };
  return { record, rounds };
}

function resultOf(side: ExampleSide, round: number, sideIndex: number): Result {
  const { name, facts, residenceStart = 'hand-over', scale = 1, options = {}, change = (result) => result } = side;
  const result = runOf(100 * sideIndex + round + 1, scale, options);
  const target = { title: `target ${name}`, residenceStart, ...(facts === undefined ? {} : { facts }) };
  return change({ ...result, target }, round);
}

/** Results by everything that they depend on, because making one takes longer than most tests of it. */
const known = new Map<string, Result>();

function runOf(seed: number, scale: number, options: ExampleOptions): Result {
  const isPlain = Object.values(options).every((value) => typeof value !== 'function');
  const key = JSON.stringify([seed, scale, options]);
  const result = (isPlain ? known.get(key) : undefined) ?? exampleRun(seed, { scale }, options);
  if (isPlain) known.set(key, result);
  return result;
}

/** Two sides that differ in everything that a comparison checks. */
export const KINESIS_SIDE: ExampleSide = {
  name: 'kinesis',
  facts: KINESIS_FACTS,
  price: { usdPerHour: 0.18, what: 'Kinesis, 4 shards, list price of us-east-1, 2026-05', source: 'list' },
};
export const BROKER_SIDE: ExampleSide = {
  name: 'broker',
  facts: BROKER_FACTS,
  scale: 0.1,
  price: { usdPerHour: 1.2, what: 'given, 3x0.40/hour', source: 'given' },
};
