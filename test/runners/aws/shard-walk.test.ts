import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NewShard, ShardWalk } from '../../../runners/aws/shard-walk.ts';

const child = (index: number, ...parents: number[]): NewShard => ({
  id: `shard-${index}`,
  index,
  parents: parents.map((parent) => `shard-${parent}`),
});

function walkOf(open: readonly number[]) {
  const begun: number[] = [];
  const walk = new ShardWalk(({ index }) => begun.push(index));
  for (const index of open) walk.add(`shard-${index}`);
  return { begun, end: (index: number, ...children: NewShard[]) => walk.ended(`shard-${index}`, children) };
}

test('the children of a split are begun when their parent has ended', () => {
  const { begun, end } = walkOf([0]);
  end(0, child(1, 0), child(2, 0));
  expect(begun).toEqual([1, 2]);
});

test('the child of a merge is begun when both parents have ended, and once', () => {
  const { begun, end } = walkOf([0, 1]);
  end(1, child(2, 0, 1));
  expect(begun).toEqual([]);
  end(0, child(2, 0, 1));
  expect(begun).toEqual([2]);
});

test('a grandchild that is reported too early waits for its parent', () => {
  const { begun, end } = walkOf([0]);
  end(0, child(3, 1), child(1, 0));
  expect(begun).toEqual([1]);
  end(1, child(3, 1));
  expect(begun).toEqual([1, 3]);
});

test('a parent that was over before the walk began holds nobody up', () => {
  const { begun, end } = walkOf([5]);
  end(5, child(6, 4, 5));
  expect(begun).toEqual([6]);
});

/** A history of splits and merges, then its shards ended in any order that readers may come to their ends. */
test('whatever was split and merged, every shard is begun once, after all its parents have ended', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 30 }), fc.infiniteStream(fc.nat()), (steps, choices) => {
      const draw = () => choices.next().value as number;
      const open = [0, 1, 2];
      const childrenOf = new Map<number, NewShard[]>();
      let next = 3;
      for (const step of steps) {
        const parents = open.splice(step % open.length, step % 3 === 0 ? 2 : 1);
        const made = Array.from({ length: parents.length === 2 ? 1 : 2 }, () => child(next++, ...parents));
        for (const parent of parents) childrenOf.set(parent, made);
        open.push(...made.map(({ index }) => index));
      }
      const { begun, end } = walkOf([0, 1, 2]);
      const ended = new Set<number>();
      const parentsOf = new Map([...childrenOf.values()].flat().map(({ index, parents }) => [index, parents]));
      for (;;) {
        const reading = [0, 1, 2, ...begun].filter((index) => !ended.has(index) && childrenOf.has(index));
        if (reading.length === 0) break;
        const one = reading[draw() % reading.length]!;
        ended.add(one);
        const before = begun.length;
        end(one, ...childrenOf.get(one)!);
        for (const index of begun.slice(before)) {
          for (const parent of parentsOf.get(index)!) expect(ended.has(Number(parent.slice(6)))).toBe(true);
        }
      }
      expect([...begun].sort((a, b) => a - b)).toEqual([...parentsOf.keys()].sort((a, b) => a - b));
    }),
  );
});
