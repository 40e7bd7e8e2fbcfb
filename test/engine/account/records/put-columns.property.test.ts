import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PutColumns } from '../../../../engine/account/records/put-columns.ts';
import { PutOutcome } from '../../../../engine/account/records/put-outcome.ts';

interface Row {
  readonly key: string | undefined;
  readonly data: Uint8Array;
}

const rows: fc.Arbitrary<readonly Row[]> = fc.array(
  fc.record({
    key: fc.option(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), { nil: undefined }),
    data: fc.uint8Array({ maxLength: 2000 }),
  }),
  { minLength: 1, maxLength: 500 },
);

function fill(columns: PutColumns, filled: readonly Row[]): void {
  columns.begin();
  for (const { key, data } of filled) {
    columns.beginRow();
    columns.takeKeyText(key);
    columns.takeData(data, new DataView(data.buffer, data.byteOffset, data.length), 0, data.length);
    columns.endRow();
  }
}

const seen = ({ count, bytes, largestBytes, keys, data, memory, hashes }: PutColumns) => ({
  sizes: [count, bytes, largestBytes],
  hashes: [...hashes.subarray(0, 4 * count)],
  rows: Array.from({ length: count }, (_, row) =>
    [keys, data].map(({ offsets, lengths }) => {
      const at = offsets[row]!;
      return memory.toString('hex', at, at + lengths[row]!);
    }),
  ),
});

const columns = new PutColumns();
const others = new PutColumns();

test('columns that were packed and filled into others have the same rows, whatever was in the others before', () => {
  fc.assert(
    fc.property(rows, rows, (filled, before) => {
      fill(others, before);
      fill(columns, filled);
      const packed = structuredClone(columns.packed());
      const expected = seen(columns);
      fill(columns, before);
      others.fill(packed);
      expect(seen(others)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test('an outcome made from the buffer of a copy has the columns of the outcome', () => {
  const word = fc.nat(2 ** 32 - 1);
  const row = fc.tuple(fc.nat(255), fc.nat(), fc.nat(2 ** 40), word, word);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 500 }), (outcomeRows) => {
      const outcome = new PutOutcome();
      outcome.count = outcomeRows.length;
      for (const [i, values] of outcomeRows.entries()) {
        [outcome.status[i], outcome.shardIndex[i], outcome.place[i], outcome.putSecond[i], outcome.createdSecond[i]] =
          values;
      }
      const { count, buffer } = outcome.copy();
      const made = new PutOutcome(count, structuredClone(buffer));
      const { status, shardIndex, place, putSecond, createdSecond } = made;
      const read = outcomeRows.map((_, i) => [status[i], shardIndex[i], place[i], putSecond[i], createdSecond[i]]);
      expect(read).toEqual(outcomeRows.map((values) => [...values]));
    }),
  );
});
