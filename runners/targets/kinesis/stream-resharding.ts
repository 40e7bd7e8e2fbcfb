import { setTimeout as sleep } from 'node:timers/promises';
import type { Kinesis } from '@aws-sdk/client-kinesis';
import { faultOf } from '../../aws/call-faults.ts';
import { listShards, type ShardInfo } from '../../aws/shards.ts';
import type { Reshard, Resharded, Resharding } from '../reshard.ts';

/** One split takes up to half a minute on AWS; a change of the shard count is a series of them. */
const CHANGE_TIMEOUT_MS = 600_000;
const LOOK_INTERVAL_MS = 100;
/** A call that failed in a way that may pass is made again, for some seconds. */
const ATTEMPTS = 20;
const ATTEMPT_WAIT_MS = 250;

/** Splits and merges the shards of a stream by the service's own calls. */
export class StreamResharding implements Resharding {
  readonly #client: Kinesis;
  readonly #stream: string;

  constructor(client: Kinesis, stream: string) {
    this.#client = client;
    this.#stream = stream;
  }

  async openShards(): Promise<readonly number[]> {
    return (await again(() => this.#open())).map(({ index }) => index);
  }

  async reshard(change: Reshard): Promise<Resharded> {
    const before = await again(() => this.#open());
    const call = this.#callFor(change, before);
    if (call === undefined) return { closed: [], opened: [] };
    await this.#ask(call, before);
    const after = await this.#untilChanged(before);
    return { closed: missing(before, after), opened: missing(after, before) };
  }

  /** Undefined when there is nothing to change. */
  #callFor(change: Reshard, open: readonly ShardInfo[]): (() => Promise<unknown>) | undefined {
    const StreamName = this.#stream;
    switch (change.kind) {
      case 'split': {
        const { id, startingHashKey, endingHashKey } = shardOf(open, change.shard);
        const middle = (BigInt(startingHashKey) + BigInt(endingHashKey) + 1n) / 2n;
        const input = { StreamName, ShardToSplit: id, NewStartingHashKey: String(middle) };
        return () => this.#client.splitShard(input);
      }
      case 'merge': {
        const [low, high] = change.shards.map((shard) => shardOf(open, shard).id);
        return () => this.#client.mergeShards({ StreamName, ShardToMerge: low, AdjacentShardToMerge: high });
      }
      case 'shard-count': {
        if (change.count === open.length) return undefined;
        const input = { StreamName, TargetShardCount: change.count, ScalingType: 'UNIFORM_SCALING' } as const;
        return () => this.#client.updateShardCount(input);
      }
    }
  }

  /** If the response to a call was lost, only the state of the stream shows its outcome. */
  async #ask(call: () => Promise<unknown>, before: readonly ShardInfo[]): Promise<void> {
    await again(async () => {
      try {
        await call();
      } catch (error) {
        if (faultOf(error).kind !== 'transient' || !(await again(() => this.#isChanging(before)))) throw error;
      }
    });
  }

  async #isChanging(before: readonly ShardInfo[]): Promise<boolean> {
    const open = await this.#whenActive();
    return open === undefined || missing(before, open).length > 0;
  }

  /** The call returns at once; the change is complete when the stream is ACTIVE again. */
  async #untilChanged(before: readonly ShardInfo[]): Promise<readonly ShardInfo[]> {
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

/** A step must not be lost to one of AWS's rates, nor to a fault of the scenario's own. */
async function again<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (faultOf(error).kind === 'refused' || attempt === ATTEMPTS) throw error;
      await sleep(ATTEMPT_WAIT_MS, undefined, { ref: false });
    }
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
