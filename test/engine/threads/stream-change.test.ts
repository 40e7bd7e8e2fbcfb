import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenShardMap } from '../../../engine/routing/shard-map.ts';
import {
  mergeChange,
  type StreamChange,
  shardCountChange,
  shardsMadeAtMost,
  splitChange,
} from '../../../engine/threads/stream-change.ts';
import { StreamMap, type StreamShard } from '../../../engine/threads/stream-map.ts';

const TOP = 2n ** 128n - 1n;

function shardsOf(count: number): StreamShard[] {
  const map = new StreamMap(StreamMap.create(count, count));
  return Array.from(map.open().indexes, (index) => map.shard(index));
}

/** Checks the open shards after any change. */
function expectWhole(open: readonly StreamShard[]): void {
  expect(open[0]!.firstHashKey).toBe(0n);
  expect(open.at(-1)!.lastHashKey).toBe(TOP);
  for (const [i, { lastHashKey }] of open.slice(0, -1).entries())
    expect(open[i + 1]!.firstHashKey).toBe(lastHashKey + 1n);
}

/** A shard's parents are all those that it overlaps of the ones whose place it and its siblings took. */
function expectLineage(before: readonly StreamShard[], { made, open }: StreamChange): void {
  const closed = before.filter((shard) => !open.includes(shard));
  for (const { parents, firstHashKey, lastHashKey } of made) {
    const overlapped = closed.filter((shard) => shard.firstHashKey <= lastHashKey && firstHashKey <= shard.lastHashKey);
    expect(parents).toEqual(overlapped.map(({ index }) => index));
  }
  const links = made.reduce((sum, { parents }) => sum + parents.length, 0);
  if (made.length > 0) expect(links).toBeLessThan(made.length + closed.length);
}

const rangesOf = (open: readonly StreamShard[]) =>
  open.map(({ firstHashKey, lastHashKey }) => [firstHashKey, lastHashKey]);

describe('a split', () => {
  it('a split halves the range by default', () => {
    const { made, open } = splitChange(shardsOf(1), 1, 0);
    expect(rangesOf(open)).toEqual([
      [0n, 2n ** 127n - 1n],
      [2n ** 127n, TOP],
    ]);
    expect(made.map(({ index, parents }) => ({ index, parents }))).toEqual([
      { index: 1, parents: [0] },
      { index: 2, parents: [0] },
    ]);
    expect(rangesOf(splitChange(shardsOf(1), 1, 0, 1n).open)).toEqual([
      [0n, 0n],
      [1n, TOP],
    ]);
  });

  it.each([0n, -1n, TOP + 1n])('a split fails at %d, because one side would be empty', (at) => {
    expect(() => splitChange(shardsOf(1), 1, 0, at)).toThrow(/cannot be split at/);
  });

  it('a split fails for a single hash key, and for a shard that is not open', () => {
    const { open } = splitChange(shardsOf(1), 1, 0, 1n);
    expect(() => splitChange(open, 3, 1)).toThrow(/cannot be split/);
    expect(() => splitChange(open, 3, 0)).toThrow('shard 0 is not open');
  });
});

describe('a merge', () => {
  it('a merge joins neighbours, in either order', () => {
    for (const [one, other] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const { made, open } = mergeChange(shardsOf(4), 4, one, other);
      expect(open.map(({ index }) => index)).toEqual([0, 4, 3]);
      expect(made[0]!.parents).toEqual([1, 2]);
      expectWhole(open);
    }
  });

  it('a merge fails for shards that are not adjacent, for a shard with itself, and for a closed shard', () => {
    expect(() => mergeChange(shardsOf(4), 4, 0, 2)).toThrow('do not touch');
    expect(() => mergeChange(shardsOf(4), 4, 1, 1)).toThrow('do not touch');
    expect(() => mergeChange(shardsOf(4), 4, 3, 4)).toThrow('shard 4 is not open');
  });
});

describe('a new shard count', () => {
  it('twice the shard count splits every shard once', () => {
    const { made, open } = shardCountChange(shardsOf(4), 4, 8);
    expect(made).toHaveLength(8);
    expect(open.map(({ index }) => index)).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('half the shard count merges every pair once', () => {
    const { made, open } = shardCountChange(shardsOf(8), 8, 4);
    expect(made).toHaveLength(4);
    expect(open.every(({ parents }) => parents.length === 2)).toBe(true);
  });

  it('a shard count that is no multiple makes each shard from those that it overlaps', () => {
    const { made, open } = shardCountChange(shardsOf(2), 2, 3);
    expect(open).toEqual(made);
    expect(made.map(({ index, parents }) => ({ index, parents }))).toEqual([
      { index: 2, parents: [0] },
      { index: 3, parents: [0, 1] },
      { index: 4, parents: [1] },
    ]);
  });

  it('the present shard count changes no shard', () => {
    expect(shardCountChange(shardsOf(5), 5, 5)).toEqual({ made: [], open: shardsOf(5) });
  });

  it.each([0, -1, 1.5])('rejects a shard count of %d', (count) => {
    expect(() => shardCountChange(shardsOf(2), 2, count)).toThrow(RangeError);
  });
});

describe('any sequence of changes', () => {
  const change = fc.oneof(
    fc.record({
      kind: fc.constant('split' as const),
      place: fc.nat(),
      at: fc.option(fc.bigInt(1n, TOP), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant('merge' as const), place: fc.nat() }),
    fc.record({ kind: fc.constant('shard-count' as const), count: fc.integer({ min: 1, max: 20 }) }),
  );

  it('any sequence of changes leaves shards that cover all hash keys, whose parents fit, and creates no more shards than allowed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(change, { maxLength: 12 }), (count, changes) => {
        const all = shardsOf(count);
        let open: readonly StreamShard[] = all.slice();
        for (const step of changes) {
          let next: StreamChange;
          if (step.kind === 'shard-count') {
            next = shardCountChange(open, all.length, step.count);
            const { starts } = evenShardMap(step.count);
            expect(next.open.map(({ firstHashKey }) => Number(firstHashKey >> 96n))).toEqual(
              Array.from({ length: step.count }, (_, i) => starts[i * 4]!),
            );
          } else if (step.kind === 'split') {
            const { index, firstHashKey, lastHashKey } = open[step.place % open.length]!;
            if (firstHashKey === lastHashKey) continue;
            const at = step.at === undefined ? undefined : firstHashKey + 1n + (step.at % (lastHashKey - firstHashKey));
            next = splitChange(open, all.length, index, at);
          } else {
            if (open.length < 2) continue;
            const place = step.place % (open.length - 1);
            next = mergeChange(open, all.length, open[place]!.index, open[place + 1]!.index);
          }
          expect(next.made.length).toBeLessThanOrEqual(shardsMadeAtMost(step));
          expectLineage(open, next);
          all.push(...next.made);
          open = next.open;
          expectWhole(open);
          expect(all.map(({ index }) => index)).toEqual(all.map((_, i) => i));
        }
      }),
    );
  });
});
