import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordCursor } from '../../../../engine/account/store/record-store.ts';
import { Modelled, sizesOf, withFolder } from './store-model.ts';
import { read, unnumbered } from './store-records.ts';

type Step =
  | { readonly kind: 'append'; readonly records: number; readonly most: number; readonly byNs: number }
  | { readonly kind: 'seek'; readonly ratio: number }
  | { readonly kind: 'since'; readonly ratio: number }
  | { readonly kind: 'trim'; readonly ratio: number }
  | { readonly kind: 'follow'; readonly most: number }
  | { readonly kind: 'resize'; readonly maxRecordBytes: number }
  | { readonly kind: 'breathe' }
  | { readonly kind: 'settle-and-crash' }
  | { readonly kind: 'reopen' };

const ratio = fc.double({ min: 0, max: 1.05, noNaN: true });
const records = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 100, max: 400 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      records,
      most: fc.constantFrom(0, 10, 300, 1000),
      byNs: fc.nat(3),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('seek' as const), ratio }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('since' as const), ratio }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), ratio }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('follow' as const), most: fc.integer({ min: 1, max: 500 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('resize' as const), maxRecordBytes: fc.constantFrom(1000, 40_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('breathe' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle-and-crash' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

/** A reader that is never closed and continues to read while the store changes. */
class Follower {
  readonly modelled: Modelled;
  #cursor: RecordCursor;
  #place = 0;

  constructor(modelled: Modelled) {
    this.modelled = modelled;
    this.#cursor = modelled.store.cursor();
  }
  reopen(): void {
    this.#cursor = this.modelled.store.cursor();
    this.#cursor.seek(this.#place);
  }
  read(most: number): void {
    const expected = this.modelled.kept.filter(({ sequenceNumber }) => sequenceNumber >= this.#place).slice(0, most);
    const found = read(this.#cursor, most);
    expect(found).toEqual(expected.map(unnumbered));
    this.#place = (found.at(-1)?.sequenceNumber ?? this.#place - 1) + 1;
  }
}

async function play(modelled: Modelled, steps: readonly Step[]): Promise<void> {
  const follower = new Follower(modelled);
  for (const step of steps) {
    const { store, nowNs } = modelled;
    switch (step.kind) {
      case 'append':
        expect(modelled.append(sizesOf(step.records, step.most), step.byNs)).toBe(0);
        break;
      case 'seek':
        modelled.seek(Math.floor(store.end * step.ratio));
        break;
      case 'since':
        modelled.firstSince(Math.floor(nowNs * step.ratio));
        break;
      case 'trim':
        modelled.trim(Math.floor(nowNs * step.ratio));
        break;
      case 'follow':
        follower.read(step.most);
        break;
      case 'resize':
        store.resize({ maxRecordBytes: step.maxRecordBytes, memoryBytes: 1 });
        break;
      case 'breathe':
        await new Promise((resolve) => setTimeout(resolve, 2));
        break;
      case 'settle-and-crash':
        // Only every-put has a moment at which a crash loses nothing. A crash forgets what was trimmed, too.
        if (modelled.options.durability !== 'every-put' || modelled.isTrimmed) break;
        await store.settled();
        modelled.crash();
        follower.reopen();
        break;
      case 'reopen':
        await modelled.reopen();
        follower.reopen();
        break;
    }
  }
  modelled.check();
  follower.read(Number.POSITIVE_INFINITY);
  await modelled.reopen();
  modelled.check();
  expect(modelled.defects).toEqual([]);
  await modelled.store.destroy();
}

describe('any sequence of appends, seeks, trims, size changes and restarts', () => {
  for (const durability of ['none', 'interval', 'every-put'] as const) {
    it(`returns the same records as a plain array (${durability})`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), (steps) =>
          withFolder((folder) => play(new Modelled(folder, { durability, intervalMs: 4 }), steps)),
        ),
        { numRuns: 60 },
      );
    });
  }
});
