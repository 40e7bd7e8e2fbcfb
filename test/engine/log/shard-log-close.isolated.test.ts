import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GapWatch } from '../../../engine/log/gap-watch.ts';
import { ACTIVE_TERM_WORD, CLOSED_WORD, TAIL_WORD } from '../../../engine/log/layout.ts';
import { RingWatch } from '../../../engine/log/ring-watch.ts';
import { CLOSED, ShardLog } from '../../../engine/log/shard-log.ts';
import { createShardLog, type WhenFull } from '../../../engine/log/shard-log-memory.ts';
import { CLAIM_READY, EMPTY, ENDED, LOST, ShardLogReader } from '../../../engine/log/shard-log-reader.ts';
import type { ClosingData, ClosingReport } from './closing-worker.ts';
import { TestConsumer, TestProducer } from './records.ts';
import { appendExact, payloadFor, setUp, TERM_BLOCKS, TERM_BYTES } from './set-up.ts';

describe('a closed log', () => {
  it('a closed log returns CLOSED for a claim', () => {
    const { log, producer } = setUp();
    producer.append(3);
    expect(log.isClosed).toBe(false);
    expect(log.close()).toBe(true);
    expect(log.isClosed).toBe(true);
    expect(producer.claim(1)).toBe(CLOSED);
    expect(log.claim(1)).toBe(CLOSED);
    expect(log.recordCount).toBe(3);
  });

  it('a closed log ends for a reader after the last record, and stays ended', () => {
    const { log, producer, consumer } = setUp();
    const reader = consumer();
    producer.append(2);
    producer.append(5);
    log.close();
    expect(reader.step()).toBe(CLAIM_READY);
    expect(reader.step()).toBe(CLAIM_READY);
    expect(reader.step()).toBe(ENDED);
    expect(reader.step()).toBe(ENDED);
    expect(reader.received).toBe(7);
    expect(reader.reader.lagRecords).toBe(0);
  });

  it('a closed log without records ends at once, also for a reader that starts at the latest record', () => {
    const { log, consumer } = setUp();
    log.close();
    expect(consumer().step()).toBe(ENDED);
    expect(consumer('latest').step()).toBe(ENDED);
  });

  it('a reader that starts at the latest record of a closed log finds its end', () => {
    const { log, producer, consumer } = setUp();
    producer.append(9);
    log.close();
    expect(consumer('latest').step()).toBe(ENDED);
    expect(consumer().drain()).toHaveLength(9);
  });

  it('a closed log accepts the publish of a claim that was made before the close, and ends after it', () => {
    const { log, producer, consumer } = setUp();
    const reader = consumer();
    const claimByte = producer.claim(4);
    log.close();
    expect(reader.step()).toBe(EMPTY);
    expect(producer.publish(claimByte, 4)).toBe(true);
    expect(reader.drain()).toEqual([0, 1, 2, 3]);
    expect(reader.step()).toBe(ENDED);
  });

  it('a closed log ends although a producer died before the close', () => {
    const { log, producer, consumer } = setUp();
    const reader = consumer();
    producer.append(1);
    new TestProducer(log, { source: 1 }).claim(5);
    log.close();
    const watch = new GapWatch(1000);
    for (let look = 0; reader.step() !== ENDED; look++) {
      expect(look).toBeLessThan(10);
      watch.check(reader.reader, look * 1000);
    }
    expect(watch.abandonedClaims).toBe(1);
    expect(reader.received).toBe(1);
  });

  it('a log may be closed several times', () => {
    const { log, producer, consumer } = setUp();
    producer.append(1);
    for (let i = 0; i < 100; i++) expect(log.close()).toBe(true);
    expect(Atomics.load(log.words, log.slotWord(0) + TAIL_WORD)).toBeLessThanOrEqual(2 * TERM_BLOCKS);
    const reader = consumer();
    expect(reader.drain()).toEqual([0]);
    expect(reader.step()).toBe(ENDED);
  });

  it('a log that is closed with its last term exactly full ends there', () => {
    const { log, producer, consumer } = setUp({ payloadBytes: payloadFor(TERM_BYTES / 8) });
    appendExact(producer, 8);
    expect(log.tailBlocks(0)).toBe(TERM_BLOCKS);
    log.close();
    expect(log.claim(1)).toBe(CLOSED);
    const reader = consumer();
    expect(reader.drain()).toHaveLength(8);
    expect(reader.step()).toBe(ENDED);
  });

  it('a closed log keeps its oldest term for later readers, however many claims are tried', () => {
    const { log, producer, consumer } = setUp({ termCount: 2, payloadBytes: payloadFor(TERM_BYTES / 8) });
    appendExact(producer, 16);
    log.close();
    for (let i = 0; i < 10; i++) expect(producer.claim(1)).toBe(CLOSED);
    expect(log.oldestTerm).toBe(0);
    const reader = consumer();
    expect(reader.drain()).toHaveLength(16);
    expect(reader.reader.lostRecords).toBe(0);
  });

  it('a log cannot be closed while a producer holds the ring, and can once the ring of a dead producer was returned', () => {
    const { log, producer, consumer } = setUp();
    producer.append(1);
    Atomics.store(log.words, ACTIVE_TERM_WORD, ~0);
    expect(log.close()).toBe(false);
    const watch = new RingWatch(1000);
    for (let look = 1; look < 6; look++) watch.check(log, look * 1000);
    expect(log.close()).toBe(true);
    expect(consumer().drain()).toEqual([0]);
  });

  it('a log whose closer died before its add accepts claims until its term is full, ends no reader early, and can be closed', () => {
    const { log, producer, consumer } = setUp({ payloadBytes: payloadFor(TERM_BYTES / 8) });
    const reader = consumer();
    appendExact(producer, 2);
    Atomics.store(log.words, CLOSED_WORD, 1);
    expect(reader.drain()).toHaveLength(2);
    expect(reader.step()).toBe(EMPTY);
    appendExact(producer, 2);
    expect(log.close()).toBe(true);
    expect(producer.claim(1)).toBe(CLOSED);
    expect(reader.drain()).toHaveLength(2);
    expect(reader.step()).toBe(ENDED);
  });
});

describe('any sequence of appends, reads and laps with a close in it', () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('append' as const), records: fc.integer({ min: 1, max: 64 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('read' as const), claims: fc.integer({ min: 1, max: 12 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('lap' as const) }) },
  );

  it('readers get every accepted record or count it as lost, no record is accepted after the close, and every reader ends', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.array(step, { maxLength: 20 }),
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom<WhenFull>('trim', 'refuse'),
        (before, after, termCount, whenFull) => {
          const log = new ShardLog(createShardLog({ termLengthBytes: TERM_BYTES, termCount, whenFull }));
          const producer = new TestProducer(log, {
            maxPayloadBytes: 1024,
            payloadBytesOf: (i) => 8 + ((i * 37) % 200) * 4,
          });
          const reader = new TestConsumer(new ShardLogReader(log), producer.payloadBytesOf);
          const play = (steps: typeof before, isClosed: boolean) => {
            for (const action of steps) {
              if (action.kind === 'read') for (let i = 0; i < action.claims; i++) reader.step();
              else if (isClosed) expect(producer.append(action.kind === 'append' ? action.records : 1)).toBe(false);
              else if (action.kind === 'append') producer.append(action.records);
              else for (const to = log.activeTerm + 1; log.activeTerm < to && producer.append(64); );
            }
          };
          play(before, false);
          expect(log.close()).toBe(true);
          play(after, true);
          let found = reader.step();
          for (; found === CLAIM_READY || found === LOST; found = reader.step());
          expect(found).toBe(ENDED);
          expect(reader.defects).toEqual([]);
          expect(reader.received + reader.reader.lostRecords).toBe(producer.appended);
          expect(log.recordCount).toBe(producer.appended);
          expect(log.claim(1)).toBe(CLOSED);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('threads that put while a log is closed', () => {
  const ROUNDS = 60;

  it.each<[WhenFull, number]>([
    ['refuse', 1],
    ['refuse', 50],
    ['trim', 20],
  ])(
    'readers get every record that was accepted before the close and none after it, with %s and claims of up to %d',
    async (whenFull, most) => {
      const logs = Array.from({ length: ROUNDS }, () =>
        createShardLog({ termLengthBytes: TERM_BYTES, termCount: 3, whenFull }),
      );
      const round = new SharedArrayBuffer(64);
      const words = new Int32Array(round);
      const spawn = (data: Pick<ClosingData, 'role' | 'source'>) => {
        const workerData: ClosingData = { ...data, logs, round, most };
        const worker = new Worker(new URL('./closing-worker.ts', import.meta.url), { workerData });
        const ended = once(worker, 'exit').then(([code]) => Promise.reject(new Error(`worker ended with ${code}`)));
        return Promise.race([once(worker, 'message').then(([report]) => report as ClosingReport), ended]);
      };
      const threads = [
        spawn({ role: 'produce', source: 0 }),
        spawn({ role: 'produce', source: 1 }),
        spawn({ role: 'consume', source: 0 }),
      ];
      for (let i = 0; i < ROUNDS; i++) {
        while (Atomics.load(words, 1) < threads.length * i) await sleep(0);
        Atomics.store(words, 0, i + 1);
        Atomics.notify(words, 0);
        // From at once to some laps later.
        const untilMs = performance.now() + (i % 12) * 0.4;
        while (performance.now() < untilMs);
        const log = new ShardLog(logs[i]!);
        while (!log.close());
      }
      const [first, second, consumer] = await Promise.all(threads);
      for (const [i, { received, lost, defects }] of consumer!.rounds.entries()) {
        expect(defects).toEqual([]);
        expect(received + lost).toBe(first!.rounds[i]!.accepted + second!.rounds[i]!.accepted);
        if (whenFull === 'refuse') expect(lost).toBe(0);
        expect(new ShardLog(logs[i]!).recordCount).toBe(received + lost);
        expect(new ShardLog(logs[i]!).claim(1)).toBe(CLOSED);
      }
      expect(consumer!.rounds).toHaveLength(ROUNDS);
      // Some rounds must have had records, or nothing was tried.
      expect(consumer!.rounds.filter(({ received }) => received > 0).length).toBeGreaterThan(ROUNDS / 4);
    },
  );
});
