import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ShardLog } from '../../../engine/log/shard-log.ts';
import { createShardLog, type TermBudget, type WhenFull } from '../../../engine/log/shard-log-memory.ts';
import { type Consumed, DONE, READY, START, type StressData, type StressTask } from './stress-worker.ts';

/** Threads on one shard log, all held back until every one of them is ready. */
class Stress {
  readonly handle;
  readonly #buffer = new SharedArrayBuffer(64);
  readonly #control = new Int32Array(this.#buffer);
  #threads = 0;

  constructor(whenFull: WhenFull, termCount: number, budget?: TermBudget) {
    this.handle = createShardLog({ termLengthBytes: 64 * 1024, termCount, whenFull, budget });
  }

  spawn(task: StressTask): { readonly worker: Worker; readonly result: Promise<unknown> } {
    const workerData: StressData = { task, log: this.handle, control: this.#buffer };
    const worker = new Worker(new URL('./stress-worker.ts', import.meta.url), { workerData });
    this.#threads += 1;
    const ended = once(worker, 'exit').then(([code]) => Promise.reject(new Error(`worker ended with ${code}`)));
    const result = Promise.race([once(worker, 'message').then(([value]) => value), ended]);
    result.catch(() => {}); // a terminated producer has no result; a test that needs one awaits it
    return { worker, result };
  }

  async start(): Promise<void> {
    while (Atomics.load(this.#control, READY) < this.#threads) await sleep(1);
    Atomics.store(this.#control, START, 1);
    Atomics.notify(this.#control, START);
  }

  /** Signals the end of the records to consumers. */
  done(): void {
    Atomics.store(this.#control, DONE, 1);
  }
}

async function run(
  whenFull: WhenFull,
  records: number,
  most: number,
  termCount: number,
  budget?: TermBudget,
): Promise<Consumed[]> {
  const stress = new Stress(whenFull, termCount, budget);
  const gapTimeoutMs = 5000;
  const consumers = [0, 1].map(() => stress.spawn({ role: 'consume', gapTimeoutMs }).result);
  const producers = [0, 1].map(
    (source) => stress.spawn({ role: 'produce', source, records, most, gapTimeoutMs }).result,
  );
  await stress.start();
  await Promise.all(producers);
  stress.done();
  const results = (await Promise.all(consumers)) as Consumed[];
  expect(new ShardLog(stress.handle).recordCount).toBe(2 * records);
  return results;
}

describe('two producer and two consumer threads on one shard', () => {
  it.each([
    ['single records', 1, 300_000, 2],
    ['claims of up to 50', 50, 1_000_000, 4],
  ])('no record is lost, torn, repeated or reordered with back-pressure, %s', async (_, most, records, termCount) => {
    for (const consumed of await run('refuse', records, most, termCount)) {
      expect(consumed).toEqual({ received: 2 * records, lost: 0, skipped: 0, abandoned: 0, defects: [] });
    }
  });

  it.each([
    ['single records', 1, 300_000, 2],
    ['claims of up to 50', 50, 1_000_000, 3],
  ])('received and lost records add up to those appended with trim, %s', async (_, most, records, termCount) => {
    for (const consumed of await run('trim', records, most, termCount)) {
      expect(consumed.defects).toEqual([]);
      expect(consumed.received + consumed.lost).toBe(2 * records);
      expect(consumed.abandoned).toBe(0);
    }
  });
});

describe('two producer and two consumer threads on one shard that shares a budget of terms', () => {
  it.each([2, 5, 16])(
    'received and lost records add up to those appended while a shard may use %d of 16 terms',
    async (terms) => {
      const budget = { taken: new SharedArrayBuffer(4), terms, ownTerms: 2 };
      for (const consumed of await run('trim', 300_000, 10, 16, budget)) {
        expect(consumed.defects).toEqual([]);
        expect(consumed.received + consumed.lost).toBe(600_000);
      }
      // The first term is nobody's choice.
      expect(new Int32Array(budget.taken)[0]).toBe(Math.min(terms, 15));
    },
  );

  it('a shard that shares a budget of terms loses no record with back-pressure', async () => {
    const budget = { taken: new SharedArrayBuffer(4), terms: 4, ownTerms: 2 };
    for (const consumed of await run('refuse', 300_000, 10, 16, budget)) {
      expect(consumed).toEqual({ received: 600_000, lost: 0, skipped: 0, abandoned: 0, defects: [] });
    }
  });
});

/** Short, to be tried often; long against a thread that waits for its turn on two busy cores. */
const gapTimeoutMs = 100;

describe('producer threads that are terminated as they write', () => {
  it('a log works on after producers were terminated: the records of others arrive, and no record is torn', async () => {
    const stress = new Stress('refuse', 2);
    const consumer = stress.spawn({ role: 'consume', gapTimeoutMs });
    await stress.start();
    for (let source = 0; source < 14; source++) {
      const { worker } = stress.spawn({
        role: 'produce',
        source,
        records: 2 ** 30,
        most: 1 + source * 3,
        gapTimeoutMs,
      });
      await stress.start();
      await sleep(20 + ((source * 7) % 30));
      await worker.terminate();
    }
    const last = stress.spawn({ role: 'produce', source: 15, records: 100_000, most: 40, gapTimeoutMs });
    await stress.start();
    expect(await last.result).toBe(100_000);
    stress.done();
    const consumed = (await consumer.result) as Consumed;
    expect(consumed.defects).toEqual([]);
    expect(consumed.skipped).toBe(0);
    expect(consumed.received).toBe(new ShardLog(stress.handle).recordCount);
    expect(consumed.received).toBeGreaterThan(100_000);
  });

  it('a ring works on after producers were terminated, also without readers', async () => {
    const stress = new Stress('trim', 2);
    await stress.start();
    for (let source = 0; source < 10; source++) {
      const { worker } = stress.spawn({ role: 'produce', source, records: 2 ** 30, most: 1, gapTimeoutMs });
      await stress.start();
      await sleep(15 + source);
      await worker.terminate();
    }
    const last = stress.spawn({ role: 'produce', source: 15, records: 100_000, most: 40, gapTimeoutMs });
    await stress.start();
    expect(await last.result).toBe(100_000);
  });
});
