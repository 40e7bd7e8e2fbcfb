import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Account } from '../../../../engine/account/account.ts';
import { StreamRead } from '../../../../engine/account/records/stream-read.ts';
import type { KinesisStream } from '../../../../engine/account/stream/stream.ts';
import { accountWith, get, iteratorFrom, putAll, textsOf } from '../fixture.ts';

/** One action on a stream; numbers choose among the shards that exist. */
type Step =
  | { readonly kind: 'put'; readonly keys: readonly number[] }
  | { readonly kind: 'split'; readonly shard: number; readonly at: bigint }
  | { readonly kind: 'merge'; readonly shard: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'read'; readonly consumer: number; readonly limit: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('put' as const), keys: fc.array(fc.nat(20), { minLength: 1 }) }),
  },
  fc.record({ kind: fc.constant('split' as const), shard: fc.nat(9), at: fc.bigInt(1n, 2n ** 128n - 1n) }),
  fc.record({ kind: fc.constant('merge' as const), shard: fc.nat(9) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 500 }) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      consumer: fc.nat(1),
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

/** A polling consumer as AWS documents one: it begins a child when it has read all parents. */
class Poller {
  readonly texts: string[] = [];
  readonly #account: Account;
  readonly #stream: KinesisStream;
  readonly #iterators = new Map<string, string>();
  readonly #ended = new Set<string>();

  constructor(account: Account, stream: KinesisStream) {
    this.#account = account;
    this.#stream = stream;
  }

  poll(limit: number): number {
    let count = 0;
    for (const shard of this.#stream.shards) {
      if (this.#ended.has(shard.id) || !this.#parentsEnded(shard.state)) continue;
      const iterator = this.#iterators.get(shard.id) ?? iteratorFrom(this.#account, shard.id);
      const output = get(this.#account, iterator, limit);
      this.texts.push(...textsOf(output));
      count += output.Records!.length;
      // KCL's rule: no further iterator exactly when children are named.
      expect(output.NextShardIterator === undefined).toBe(output.ChildShards !== undefined);
      if (output.NextShardIterator === undefined) {
        this.#ended.add(shard.id);
        count += 1;
      } else this.#iterators.set(shard.id, output.NextShardIterator);
    }
    return count;
  }

  #parentsEnded({ parentIndex, adjacentParentIndex }: KinesisStream['state']['shards'][number]): boolean {
    return [parentIndex, adjacentParentIndex].every(
      (index) =>
        index === undefined || this.#ended.has(this.#stream.shards.find(({ state }) => state.index === index)!.id),
    );
  }
}

function apply(stream: KinesisStream, chosen: Step): void {
  const open = stream.openShards;
  if (chosen.kind === 'split') {
    const shard = open[chosen.shard % open.length]!;
    const start = BigInt(shard.state.startingHashKey);
    const width = BigInt(shard.state.endingHashKey) - start;
    if (width > 2n && open.length < 10) stream.split(shard, start + 1n + (chosen.at % (width - 1n)));
  }
  if (chosen.kind === 'merge' && open.length > 1) {
    const at = chosen.shard % (open.length - 1);
    stream.merge(open[at]!, open[at + 1]!);
  }
}

test('any sequence of puts, splits, merges and reads gives each consumer every record once, each key in its order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom<'none' | 'enhanced-fan-out'>('none', 'enhanced-fan-out'),
      async (steps, latency) => {
        const { account, clock, stream } = accountWith(2, { latency });
        const pollers = [new Poller(account, stream), new Poller(account, stream)];
        const library = new StreamRead(stream, 'trim-horizon');
        const byLibrary: string[] = [];
        const put: string[] = [];
        for (const one of steps) {
          if (one.kind === 'put') {
            const records = one.keys.map((key, i) => [`key-${key}`, `${key}:${put.length + i}`] as const);
            put.push(...records.map(([, text]) => text));
            expect((await putAll(account, records)).FailedRecordCount).toBe(0);
          } else if (one.kind === 'read') pollers[one.consumer]!.poll(one.limit);
          else if (one.kind === 'wait') clock.advance(one.ms);
          else apply(stream, one);
        }
        clock.advance(5000);
        for (const poller of pollers) while (poller.poll(1000) > 0);
        for (let records = library.next(); records.length > 0; records = library.next()) {
          byLibrary.push(...records.map(({ data }) => Buffer.from(data).toString()));
        }
        for (const texts of [...pollers.map((poller) => poller.texts), byLibrary]) {
          expect([...texts].sort()).toEqual([...put].sort());
          for (let key = 0; key <= 20; key++) {
            const ofKey = (text: string) => text.startsWith(`${key}:`);
            expect(texts.filter(ofKey)).toEqual(put.filter(ofKey));
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});
