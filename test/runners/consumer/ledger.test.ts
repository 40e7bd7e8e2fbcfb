import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ReceiptBook, ReceiptLedger, settle } from '../../../runners/consumer/ledger.ts';
import { RECEIPT } from '../../../runners/targets/receipt.ts';

const NONE = new Float64Array();

function ledgerOver(keyCount: number): { ledger: ReceiptLedger; expected: Int32Array } {
  const expected = new Int32Array(keyCount);
  return { ledger: new ReceiptLedger([expected]), expected };
}

describe('a receipt ledger', () => {
  test('counts records that come in their turn', () => {
    const { ledger } = ledgerOver(2);
    for (const [key, number] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 2],
    ] as const)
      ledger.receive(0, key, number);
    expect(ledger).toMatchObject({ received: 4, duplicated: 0, reordered: 0 });
    expect(ledger.missing()).toHaveLength(0);
  });

  test('knows a late record from a repeated one', () => {
    const { ledger } = ledgerOver(1);
    for (const number of [0, 3, 1, 1, 2, 3, 0]) ledger.receive(0, 0, number);
    expect(ledger).toMatchObject({ received: 4, duplicated: 3, reordered: 2 });
    expect(ledger.missing()).toHaveLength(0);
  });

  test('names what is missing as ranges', () => {
    const { ledger } = ledgerOver(3);
    for (const number of [0, 5, 2, 9]) ledger.receive(0, 2, number);
    expect([...ledger.missing()]).toEqual([0, 2, 1, 2, 0, 2, 3, 5, 0, 2, 6, 9]);
  });

  test('ignores a source that belongs to no producer of the run', () => {
    const { ledger } = ledgerOver(1);
    ledger.receive(7, 0, 0);
    expect(ledger.received).toBe(0);
  });

  test('agrees with sets, whatever is lost, repeated and shuffled', () => {
    const arrival = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 })), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(arrival, (arrivals) => {
        const { ledger, expected } = ledgerOver(4);
        const seen = new Set<string>();
        const last = new Map<number, number>();
        let duplicated = 0;
        let reordered = 0;
        for (const [key, number] of arrivals) {
          ledger.receive(0, key, number);
          if (seen.has(`${key}/${number}`)) duplicated += 1;
          else if (number < (last.get(key) ?? -1)) reordered += 1;
          seen.add(`${key}/${number}`);
          last.set(key, Math.max(number, last.get(key) ?? -1));
        }
        expect(ledger).toMatchObject({ received: seen.size, duplicated, reordered });
        const missing = ledger.missing();
        let missingCount = 0;
        for (let i = 0; i < missing.length; i += 4) missingCount += missing[i + 3]! - missing[i + 2]!;
        expect(expected.reduce((sum, next) => sum + next, 0) - missingCount).toBe(seen.size);
      }),
    );
  });
});

describe('a ledger of a topic whose partitions grow', () => {
  const [OLD, NEW] = [1, 5];
  const grown = () => new ReceiptLedger([new Int32Array(2)], true);

  test('counts records that a moved key left behind apart from reordered ones', () => {
    const ledger = grown();
    ledger.receive(0, 0, 0, OLD);
    ledger.receive(0, 0, 3, NEW);
    expect(ledger.receive(0, 0, 1, OLD)).toBe(RECEIPT.late);
    expect(ledger.receive(0, 0, 2, OLD)).toBe(RECEIPT.late);
    expect(ledger).toMatchObject({ received: 4, reordered: 0, movedRecords: 2, keyMoves: 1 });
  });

  test('still counts a record that is late on the partition of its key as reordered', () => {
    const ledger = grown();
    ledger.receive(0, 1, 0, OLD);
    ledger.receive(0, 1, 2, OLD);
    ledger.receive(0, 1, 1, OLD);
    expect(ledger).toMatchObject({ reordered: 1, movedRecords: 0, keyMoves: 0 });
  });
});

describe('settling the books', () => {
  const book = (consumer: string, numbers: readonly number[]): ReceiptBook => {
    const { ledger, expected } = ledgerOver(1);
    for (const number of numbers) ledger.receive(0, 0, number);
    return { consumer, expected: [expected], missing: ledger.missing() };
  };
  const sent = (next: number, failed: readonly number[] = [], unacknowledged: readonly number[] = []) => ({
    source: 0,
    next: Int32Array.of(next),
    failed: Float64Array.from(failed.flatMap((number) => [0, number])),
    unacknowledged: Float64Array.from(unacknowledged.flatMap((number) => [0, number])),
  });

  test('finds what was lost in a gap and at the end, for each consumer', () => {
    const { lost, ghosts } = settle([sent(6)], [book('a', [0, 1, 3, 4]), book('b', [0, 1, 2, 3, 4, 5])]);
    expect([...lost]).toEqual([
      ['a', 2],
      ['b', 0],
    ]);
    expect(ghosts).toBe(0);
  });

  test('does not count a failed record as lost, and counts it if a consumer received it nevertheless', () => {
    const settled = settle([sent(5, [1], [2, 4])], [book('a', [0, 3]), book('b', [0, 2, 3])]);
    expect(settled).toMatchObject({ ghosts: 1, unacknowledged: 1, failed: 1 });
    expect([...settled.lost]).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
  });

  test('puts the threads of one consumer together', () => {
    const first = new Int32Array([2]);
    const second = new Int32Array([3]);
    const sources = [
      { ...sent(2), source: 0 },
      { ...sent(3), source: 1 },
    ];
    const receipts = [
      { consumer: 'a', expected: [first, undefined], missing: NONE },
      { consumer: 'a', expected: [undefined, second], missing: NONE },
    ];
    expect([...settle(sources, receipts).lost]).toEqual([['a', 0]]);
  });

  test('counts nothing as lost or received without consumers', () => {
    expect(settle([sent(3, [], [1])], [])).toEqual({ ghosts: 0, unacknowledged: 1, failed: 0, lost: new Map() });
  });
});
