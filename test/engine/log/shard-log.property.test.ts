import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShardLog } from '../../../engine/log/shard-log.ts';
import { createShardLog, type TermBudget, type WhenFull } from '../../../engine/log/shard-log-memory.ts';
import { LOST, ShardLogReader } from '../../../engine/log/shard-log-reader.ts';
import { TestConsumer, TestProducer } from './records.ts';

const READERS = 3;

/** Events in the life of a log; amounts are in records, claims or terms. */
type Step =
  | { readonly kind: 'append'; readonly records: number }
  | { readonly kind: 'read'; readonly reader: number; readonly claims: number; readonly release: boolean }
  | { readonly kind: 'lap'; readonly terms: number }
  | { readonly kind: 'die' }
  | { readonly kind: 'reopen'; readonly reader: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('append' as const), records: fc.integer({ min: 1, max: 64 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      reader: fc.nat(READERS - 1),
      claims: fc.integer({ min: 1, max: 12 }),
      release: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lap' as const), terms: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), reader: fc.nat(READERS - 1) }) },
);

/**
 * A log beside its model, which is a count: records are numbered in the order of appending, so a reader's whole
 * history is the number it expects next.
 */
class Modelled {
  readonly log: ShardLog;
  readonly producer: TestProducer;
  readonly readers: TestConsumer[] = [];
  readonly #first: number[] = [];
  #deaths = 0;

  constructor(termCount: number, whenFull: WhenFull, budget?: TermBudget) {
    this.log = new ShardLog(createShardLog({ termLengthBytes: 64 * 1024, termCount, whenFull, budget }));
    this.producer = new TestProducer(this.log, {
      maxPayloadBytes: 1024,
      payloadBytesOf: (i) => 8 + ((i * 37) % 200) * 4,
    });
    for (let reader = 0; reader < READERS; reader++) this.open(reader);
  }

  open(index: number): void {
    this.readers[index]?.reader.close();
    const reader = new ShardLogReader(this.log);
    this.#first[index] = this.log.firstRecord(reader.term);
    this.readers[index] = new TestConsumer(reader, this.producer.payloadBytesOf);
  }

  /** A producer claims and dies; the first unpublished claim is abandoned as a watch would do it. */
  die(): void {
    const { log } = this;
    const before = log.abandonedClaims;
    const claimByte = log.claim(1 + (this.#deaths++ % 50));
    if (claimByte < 0) return;
    const block = ((claimByte - log.termsByte) % log.termLengthBytes) / 32;
    expect(log.abandon(log.claimedTerm, block)).toBeGreaterThan(0);
    expect(log.publish(claimByte, 1, 3)).toBe(false);
    expect(log.abandonedClaims).toBe(before + 1);
  }

  read(index: number, claims: number): void {
    for (let i = 0; i < claims; i++) this.readers[index]!.step();
  }

  /** The received records and the reported losses of a reader add up to the records appended since it began. */
  check(index: number): void {
    const reader = this.readers[index]!;
    while (reader.drain().length > 0 || reader.step() === LOST);
    const lost = reader.reader.lostRecords;
    expect(reader.defects).toEqual([]);
    expect(reader.received + lost).toBe(this.producer.appended - this.#first[index]!);
    expect(reader.skipped).toBe(lost + this.#first[index]!);
    expect(reader.reader.lagRecords).toBe(0);
  }
}

function play(steps: readonly Step[], termCount: number, whenFull: WhenFull, budget?: TermBudget): void {
  const modelled = new Modelled(termCount, whenFull, budget);
  const { producer, log } = modelled;
  for (const step of steps) {
    switch (step.kind) {
      case 'append':
        producer.append(step.records);
        break;
      case 'lap':
        for (const to = log.activeTerm + step.terms; log.activeTerm < to && producer.append(64); );
        break;
      case 'read':
        modelled.read(step.reader, step.claims);
        if (step.release) modelled.readers[step.reader]!.reader.release();
        break;
      case 'die':
        modelled.die();
        break;
      case 'reopen':
        modelled.open(step.reader);
        break;
    }
  }
  for (let reader = 0; reader < READERS; reader++) modelled.check(reader);
  const lost = modelled.readers.reduce((sum, { reader }) => sum + reader.lostRecords, 0);
  if (whenFull === 'refuse') expect(lost).toBe(0);
  expect(log.recordCount).toBe(producer.appended);
}

describe('any sequence of appends, reads, laps and deaths', () => {
  for (const whenFull of ['trim', 'refuse'] as const) {
    it(`every reader gets every record once and in order, or the exact number that it lost, with ${whenFull}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 4 }), (steps, termCount) =>
          play(steps, termCount, whenFull),
        ),
        { numRuns: 300 },
      );
    });
  }
});

describe('logs that share a budget of terms', () => {
  it.each(['trim', 'refuse'] as const)(
    'every record is received in order or counted as lost, whenever the ring stops growing, with %s',
    (whenFull) => {
      const steps = fc.array(step, { minLength: 1, maxLength: 60 });
      const budgets = fc.record({ terms: fc.integer({ min: 0, max: 8 }), ownTerms: fc.integer({ min: 2, max: 4 }) });
      fc.assert(
        fc.property(steps, budgets, fc.integer({ min: 2, max: 8 }), (all, budget, termCount) => {
          play(all, termCount, whenFull, { ...budget, taken: new SharedArrayBuffer(4) });
        }),
        { numRuns: 100 },
      );
    },
  );
});
