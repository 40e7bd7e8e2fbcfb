import { hashKey } from '../../routing/hash-key.ts';
import { evenHashRanges, isHashKey } from '../../routing/hash-range.ts';
import { parseExplicitHashKey, type ShardMap, shardMapOf, shardOfHash } from '../../routing/shard-map.ts';
import type { LatencyModel } from '../../twin/latency.ts';
import { allEnded } from '../all-ended.ts';
import { invalidArgument, resourceNotFound, shardNotFound } from '../errors.ts';
import { secondOf, sequenceSecondOf } from '../identifiers/sequence-layout.ts';
import { fullShardId, shardIndexOf } from '../identifiers/shard-id.ts';
import { StreamMetrics } from './metrics.ts';
import { Shard, type ShardStream } from './shard.ts';
import type { StreamAccount } from './stream-account.ts';
import { maxRecordBytesOf, type ShardState, type StreamState } from './stream-state.ts';

/** A stream of the account: its state, and its shards with their records. */
export class KinesisStream implements ShardStream {
  readonly account: StreamAccount;
  readonly state: StreamState;
  readonly arn: string;
  readonly #shards = new Map<number, Shard>();
  readonly metrics = new StreamMetrics();
  /** Deleted: nothing can be read any more. */
  isGone = false;
  #openShards: readonly Shard[] = [];
  #map: ShardMap = { shardCount: 0, starts: new Uint32Array(0) };
  #turn = 0;

  constructor(account: StreamAccount, state: StreamState) {
    this.account = account;
    this.state = state;
    this.arn = account.arnOf(state.name);
    for (const shard of state.shards) this.#shards.set(shard.index, new Shard(this, shard));
    this.#sortOpen();
  }

  /** Open shards in the order of their hash-key ranges, which cover everything. */
  get openShards(): readonly Shard[] {
    return this.#openShards;
  }

  /** Every shard whose records may still be read, by index. */
  get shards(): readonly Shard[] {
    return [...this.#shards.values()];
  }

  /** Where the hash keys go; shard i of the map is `openShards[i]`. */
  get map(): ShardMap {
    return this.#map;
  }

  /** Largest record, key and data. */
  get maxRecordBytes(): number {
    return maxRecordBytesOf(this.state);
  }

  tooLarge(bytes: number): Error {
    return invalidArgument(
      `A record of ${bytes} bytes, partition key and data, is over the ${this.maxRecordBytes} bytes that stream ${this.state.name} takes.`,
    );
  }

  /** AUTO distribution: the service spreads records evenly, whatever their keys. */
  get spreadsAlone(): boolean {
    return this.state.recordDistribution === 'AUTO';
  }

  nextTurn(): number {
    this.#turn = (this.#turn + 1) % this.#openShards.length;
    return this.#turn;
  }

  /** Delay between a put and its visibility; undefined when there is none. */
  get latency(): LatencyModel | undefined {
    return this.account.latency;
  }

  get hasLatency(): boolean {
    return this.latency !== undefined;
  }

  /** ns since the stream was made, on the account's clock. */
  nowNs(): number {
    return (this.account.clock.nowMs() - this.state.createdAtMs) * 1e6;
  }

  /** Epoch ms of a time of the stream. */
  msOf(ns: number): number {
    return this.state.createdAtMs + ns / 1e6;
  }

  nsOf(epochMs: number): number {
    return (epochMs - this.state.createdAtMs) * 1e6;
  }

  /** @param shardId also in a short form, see `shardIndexOf`. */
  findShard(shardId: string): Shard | undefined {
    const index = shardIndexOf(shardId);
    return index === undefined ? undefined : this.#shards.get(index);
  }

  /** @throws ResourceNotFoundException when the stream has no such shard, or no longer has it. */
  shard(shardId: string): Shard {
    const shard = this.findShard(shardId);
    if (shard !== undefined) return shard;
    const { accountId } = this.account.options;
    if (shardIndexOf(shardId) === undefined) throw shardNotFound(shardId, this.state.name, accountId);
    throw resourceNotFound(
      `Shard ${fullShardId(shardId)} in stream ${this.state.name} under account ${accountId} does not exist`,
    );
  }

  /** Id of the open shard that a key goes to; undefined when that is not known. */
  shardIdOfKey(key: string, explicitHashKey?: string): string | undefined {
    if (this.spreadsAlone) return undefined;
    const hash = new Uint32Array(4);
    const bytes = Buffer.from(key);
    if (explicitHashKey === undefined) hashKey(bytes, 0, bytes.length, hash);
    else if (isHashKey(explicitHashKey)) parseExplicitHashKey(explicitHashKey, hash);
    else return undefined;
    return this.#openShards[shardOfHash(this.#map, hash)]?.id;
  }

  childrenOf(shard: Shard): readonly Shard[] {
    const { index } = shard.state;
    return this.shards.filter(({ state }) => state.parentIndex === index || state.adjacentParentIndex === index);
  }

  /**
   * Closes a shard and opens two in its place, at once. The caller has checked the rules.
   * @param newStartingHashKey where the second child begins, inside the parent's range.
   */
  split(parent: Shard, newStartingHashKey: bigint): void {
    const { index, startingHashKey, endingHashKey } = parent.state;
    this.#reshape(
      [parent],
      [
        this.#newShard(index, undefined, startingHashKey, String(newStartingHashKey - 1n)),
        this.#newShard(index, undefined, String(newStartingHashKey), endingHashKey),
      ],
    );
  }

  /** Closes two shards whose ranges touch and opens one in their place, at once. The caller has checked the rules. */
  merge(parent: Shard, adjacent: Shard): void {
    const [low, high] =
      BigInt(parent.state.startingHashKey) < BigInt(adjacent.state.startingHashKey)
        ? [parent, adjacent]
        : [adjacent, parent];
    const child = this.#newShard(
      parent.state.index,
      adjacent.state.index,
      low.state.startingHashKey,
      high.state.endingHashKey,
    );
    this.#reshape([parent, adjacent], [child]);
  }

  /** Forgets a closed shard whose records have all passed retention. */
  async expire(shard: Shard): Promise<void> {
    this.#shards.delete(shard.state.index);
    this.state.shards = this.state.shards.filter((state) => state !== shard.state);
    await shard.destroy();
  }

  /** The account ends. Who waits at a shard looks again, and sees it. */
  async close(): Promise<void> {
    for (const shard of this.shards) shard.wake();
    await allEnded(this.shards.map((shard) => shard.close()));
  }

  /** The stream is deleted: its records and their files go. */
  async destroy(): Promise<void> {
    this.isGone = true;
    for (const shard of this.shards) shard.wake();
    await allEnded(this.shards.map((shard) => shard.destroy()));
  }

  #newShard(
    parentIndex: number,
    adjacentParentIndex: number | undefined,
    startingHashKey: string,
    endingHashKey: string,
  ): ShardState {
    const index = this.state.nextShardIndex;
    this.state.nextShardIndex += 1;
    const createdAtMs = this.account.clock.nowMs();
    const parents = this.state.shards.filter((shard) => [parentIndex, adjacentParentIndex].includes(shard.index));
    return {
      index,
      parentIndex,
      adjacentParentIndex,
      startingHashKey,
      endingHashKey,
      createdAtMs,
      sequenceSecond: sequenceSecondOf(createdAtMs, parents),
      closedAtMs: undefined,
      endSequenceNumber: undefined,
      encryptedPlaces: [],
    };
  }

  #reshape(parents: readonly Shard[], children: readonly ShardState[]): void {
    for (const state of children) {
      this.state.shards.push(state);
      this.#shards.set(state.index, new Shard(this, state));
    }
    for (const parent of parents) parent.seal();
    this.#sortOpen();
    for (const parent of parents) parent.wake();
    this.account.changed();
  }

  #sortOpen(): void {
    const open = this.shards.filter((shard) => shard.isOpen);
    const startOf = ({ state }: Shard) => BigInt(state.startingHashKey);
    this.#openShards = open.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
    this.#map = shardMapOf(this.#openShards.map(startOf));
  }
}

/** The state of a stream that is just being created, with even hash-key ranges. */
export function newStreamState(name: string, shardCount: number, createdAtMs: number): StreamState {
  return {
    name,
    createdAtMs,
    status: 'CREATING',
    mode: 'PROVISIONED',
    retentionHours: 24,
    maxRecordKib: 1024,
    encryption: 'NONE',
    keyId: undefined,
    shardLevelMetrics: [],
    recordDistribution: 'USER_PARTITION_KEY',
    warmThroughputMibps: undefined,
    tags: {},
    policy: undefined,
    consumers: [],
    shards: evenHashRanges(shardCount).map(({ start, end }, index) => ({
      index,
      parentIndex: undefined,
      adjacentParentIndex: undefined,
      startingHashKey: String(start),
      endingHashKey: String(end),
      createdAtMs,
      sequenceSecond: secondOf(createdAtMs),
      closedAtMs: undefined,
      endSequenceNumber: undefined,
      encryptedPlaces: [],
    })),
    nextShardIndex: shardCount,
    shardCountUpdatesMs: [],
    modeSwitchesMs: [],
    encryptionStartsMs: [],
    encryptionStopsMs: [],
    pendingReshapes: [],
    dailyPeaks: [],
  };
}
