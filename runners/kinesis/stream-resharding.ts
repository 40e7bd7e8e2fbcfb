import { setTimeout as sleep } from 'node:timers/promises';
import type { Kinesis } from '@aws-sdk/client-kinesis';
import type { Reshard, Resharded, Resharding } from '../targets/reshard.ts';
import { faultOf } from './call-faults.ts';
import { listShards, type ShardInfo } from './shards.ts';

/** One split takes up to half a minute on AWS; a change of the shard count is a series of them. */
const CHANGE_TIMEOUT_MS = 600_000;
const LOOK_INTERVAL_MS = 100;

/** Splits and merges the shards of a stream by the service's own calls. */
export class StreamResharding implements Resharding {
  readonly #client: Kinesis;
  readonly #stream: string;

  constructor(client: Kinesis, stream: string) {
    this.#client = client;
    this.#stream = stream;
  }

  async openShards(): Promise<readonly number[]> {
    return (await this.#open()).map(({ index }) => index);
  }

  async reshard(change: Reshard): Promise<Resharded> {
    const before = await this.#open();
    await this.#ask(change, before);
    const after = await this.#untilChanged(before, change);
    return { closed: missing(before, after), opened: missing(after, before) };
  }

  async #ask(change: Reshard, open: readonly ShardInfo[]): Promise<void> {
    const StreamName = this.#stream;
    switch (change.kind) {
      case 'split': {
        const { id, startingHashKey, endingHashKey } = shardOf(open, change.shard);
        const middle = (BigInt(startingHashKey) + BigInt(endingHashKey) + 1n) / 2n;
        await this.#client.splitShard({ StreamName, ShardToSplit: id, NewStartingHashKey: String(middle) });
        return;
      }
      case 'merge': {
        const [low, high] = change.shards.map((shard) => shardOf(open, shard).id);
        await this.#client.mergeShards({ StreamName, ShardToMerge: low, AdjacentShardToMerge: high });
        return;
      }
      case 'shard-count':
        if (change.count === open.length) return;
        await this.#client.updateShardCount({
          StreamName,
          TargetShardCount: change.count,
          ScalingType: 'UNIFORM_SCALING',
        });
    }
  }

  /** The call answers at once; the change is made when the stream is ACTIVE again. */
  async #untilChanged(before: readonly ShardInfo[], change: Reshard): Promise<readonly ShardInfo[]> {
    if (change.kind === 'shard-count' && change.count === before.length) return before;
    const deadlineMs = performance.now() + CHANGE_TIMEOUT_MS;
    for (;;) {
      const open = await this.#whenActive().catch((error: unknown) => {
        if (faultOf(error).kind === 'refused') throw error;
        return undefined;
      });
      if (open !== undefined && missing(before, open).length > 0) return open;
      if (performance.now() > deadlineMs) throw new Error(`not done after ${CHANGE_TIMEOUT_MS / 1000} s`);
      await sleep(LOOK_INTERVAL_MS);
    }
  }

  async #whenActive(): Promise<readonly ShardInfo[] | undefined> {
    const { StreamDescriptionSummary } = await this.#client.describeStreamSummary({ StreamName: this.#stream });
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE' ? this.#open() : undefined;
  }

  /** In the order of their hash-key ranges. */
  async #open(): Promise<readonly ShardInfo[]> {
    const open = (await listShards(this.#client, this.#stream)).filter(({ isOpen }) => isOpen);
    return open.sort((a, b) => (BigInt(a.startingHashKey) < BigInt(b.startingHashKey) ? -1 : 1));
  }
}

function shardOf(open: readonly ShardInfo[], index: number): ShardInfo {
  const shard = open.find((one) => one.index === index);
  if (shard !== undefined) return shard;
  throw new Error(`shard ${index} is not open; open are ${open.map((one) => one.index).join(', ')}`);
}

/** Numbers of shards that one list has and another has not. */
function missing(shards: readonly ShardInfo[], others: readonly ShardInfo[]): number[] {
  const there = new Set(others.map(({ index }) => index));
  return shards.flatMap(({ index }) => (there.has(index) ? [] : [index]));
}
