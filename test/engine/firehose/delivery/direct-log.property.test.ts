import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { DirectLog } from '../../../../engine/firehose/delivery/direct-log.ts';
import type { LogBatch } from '../../../../engine/firehose/delivery/log-batch.ts';
import { PutIntake } from '../../../../engine/firehose/delivery/put-intake.ts';
import { temporaryFolder } from '../set-up.ts';

const intake = new PutIntake();

/** Small memory, so that many records are only on disk. */
const MEMORY_BYTES = 64 * 1024;

/** A log with two ways of delivery, and what is known of the records in it. */
class CheckedLog {
  readonly #folder: string;
  readonly #clock = new VirtualClock(1_000_000);
  readonly #defects: unknown[] = [];
  #log: DirectLog;
  /** Data of every record that was put. */
  readonly put: string[] = [];
  /** For each way: the number of records that were taken, and the batches that are not settled. */
  readonly #ways = new Map<string, { taken: number; open: { readonly from: number; readonly batch: LogBatch }[] }>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#log = this.#open();
  }

  append(sizes: readonly number[]): void {
    this.#clock.advance(10);
    intake.begin();
    for (const bytes of sizes) {
      const text = `${this.put.length}:`.padEnd(bytes, 'x');
      this.put.push(text);
      expect(intake.add(Buffer.from(text))).toBe(true);
      intake.admit(intake.batch.count - 1);
    }
    expect(this.#log.append(intake)).toBe(sizes.length);
  }

  take(name: string, maxBytes: number): void {
    const way = this.#way(name);
    const tail = this.#log.tail(name, 'oldest');
    const batch = tail.take(maxBytes);
    if (batch === undefined) {
      expect(way.taken).toBe(this.put.length);
      expect(tail.sinceMs).toBeUndefined();
      return;
    }
    const from = way.taken;
    way.taken += batch.count;
    const expected = this.put.slice(from, way.taken);
    expect(Buffer.from(batch.data).toString()).toBe(expected.join(''));
    expect(batch.records.map(({ data }) => Buffer.from(data).toString())).toEqual(expected);
    expect(batch.count === 1 || batch.bytes <= maxBytes).toBe(true);
    way.open.push({ from, batch });
  }

  settle(name: string, index: number): void {
    const { open } = this.#way(name);
    const [settled] = open.splice(index % Math.max(1, open.length), 1);
    settled?.batch.settle();
  }

  /** Every way goes on with its first record that is not settled. */
  async restart(): Promise<void> {
    await this.#log.settled();
    await this.#log.close();
    this.#log = this.#open();
    for (const [name, way] of this.#ways) {
      way.taken = Math.min(way.taken, ...way.open.map(({ from }) => from));
      way.open = [];
      this.#log.tail(name, 'oldest');
    }
  }

  async close(): Promise<void> {
    await this.#log.destroy();
    expect(this.#defects).toEqual([]);
  }

  #way(name: string) {
    let way = this.#ways.get(name);
    if (way === undefined) {
      way = { taken: 0, open: [] };
      this.#ways.set(name, way);
    }
    return way;
  }

  #open(): DirectLog {
    return new DirectLog({
      folder: this.#folder,
      memoryBytes: MEMORY_BYTES,
      maxRecordBytes: 1_024_000,
      durability: 'every-put',
      clock: this.#clock,
      epochMs: 1_000_000,
      idAt: String,
      onDefect: (defect) => this.#defects.push(defect),
    });
  }
}

const way = fc.constantFrom('main', 'backup');
const step = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    sizes: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 40 }),
  }),
  fc.record({ kind: fc.constant('take' as const), way, maxBytes: fc.integer({ min: 1, max: 60_000 }) }),
  fc.record({ kind: fc.constant('settle' as const), way, index: fc.nat() }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

test('every way of delivery gets every record in order, and after a restart what it had not settled', async () => {
  const folder = await temporaryFolder();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const log = new CheckedLog(join(folder, String(runs++)));
      // Both ways exist from the first record on, as those of a delivery stream do.
      for (const name of ['main', 'backup']) log.take(name, 1);
      for (const each of steps) {
        if (each.kind === 'append') log.append(each.sizes);
        else if (each.kind === 'take') log.take(each.way, each.maxBytes);
        else if (each.kind === 'settle') log.settle(each.way, each.index);
        else await log.restart();
      }
      await log.restart();
      for (const name of ['main', 'backup']) for (let i = 0; i <= log.put.length; i++) log.take(name, 1_000_000);
      await log.close();
    }),
    { numRuns: 150 },
  );
});
