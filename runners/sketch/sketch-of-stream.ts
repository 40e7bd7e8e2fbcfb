import type { Kinesis } from '@aws-sdk/client-kinesis';
import { hashKey } from '../../engine/routing/hash-key.ts';
import type { KinesisTargetSpec } from '../../workloads/targets/kinesis.ts';
import { Counts } from '../aws/call-faults.ts';
import { openClient, serverTimeOf } from '../aws/client.ts';
import { PollingReading } from '../aws/polling-reading.ts';
import type { Position } from '../aws/read-client.ts';
import { type Delivery, pause, type ReaderContext } from '../aws/reader.ts';
import { SdkReadClient, type SdkRecords } from '../aws/sdk-read-client.ts';
import { type NewShard, ShardWalk } from '../aws/shard-walk.ts';
import { listShards } from '../aws/shards.ts';
import { streamFailed } from '../aws/stream-errors.ts';
import type { KeySketch } from './sketch.ts';
import { SketchBuilder, type SketchOptions } from './sketch-builder.ts';

export interface StreamSketchOptions extends SketchOptions {
  readonly target: KinesisTargetSpec;
  /** Duration of the reading, ns. */
  readonly forNs: number;
  /** `latest`: only records written from now on. */
  readonly from: 'latest' | 'trim-horizon';
  /** Ends the reading early; what was read until then is sketched. */
  readonly signal?: AbortSignal | undefined;
  /** Called about twice a second. */
  readonly onProgress?: ((doneRatio: number, records: number) => void) | undefined;
}

/** A shard takes five calls a second from all of its readers together; this one leaves four to the others. */
const POLL_INTERVAL_MS = 1000;
const PROGRESS_EVERY_MS = 500;
const SOCKETS = 256;

/**
 * Sketches what is written to a stream, by polling all of its shards once a second, those of splits and merges included. Nothing is
 * written, and no consumer is registered. A record's second is the one in which the stream accepted it.
 * @throws RunnerError RUNNER_TARGET_FAILED if the stream cannot be read, RUNNER_INPUT_EMPTY if no record came
 */
export async function sketchOfStream(options: StreamSketchOptions): Promise<KeySketch> {
  const builder = new SketchBuilder(options);
  const ending = new AbortController();
  const end = () => ending.abort();
  options.signal?.addEventListener('abort', end, { once: true });
  const { target } = options;
  let client: Kinesis | undefined;
  try {
    client = await openClient(target, { sockets: SOCKETS, for: 'calls' });
    await new StreamSketch(client, options, builder, ending).read();
  } catch (error) {
    throw streamFailed(target, error);
  } finally {
    options.signal?.removeEventListener('abort', end);
    client?.destroy();
  }
  return builder.finish();
}

class StreamSketch {
  readonly #client: Kinesis;
  readonly #options: StreamSketchOptions;
  readonly #builder: SketchBuilder;
  readonly #ending: AbortController;
  readonly #walk = new ShardWalk((shard) => this.#follow(shard, { kind: 'trim-horizon' }, 0));
  readonly #readings = new Set<Promise<void>>();
  readonly #hash = new Uint32Array(4);
  #failure: unknown;

  constructor(client: Kinesis, options: StreamSketchOptions, builder: SketchBuilder, ending: AbortController) {
    this.#client = client;
    this.#options = options;
    this.#builder = builder;
    this.#ending = ending;
  }

  /** Reads until the time is over, the signal aborts, or a shard cannot be read. */
  async read(): Promise<void> {
    const { target, from, forNs } = this.#options;
    const serverTime = serverTimeOf(this.#client);
    const shards = (await listShards(this.#client, target.stream)).filter((shard) => from !== 'latest' || shard.isOpen);
    for (const { id } of shards) this.#walk.add(id);
    const position: Position = from === 'latest' ? { kind: 'timestamp', atMs: serverTime() } : { kind: 'trim-horizon' };
    for (const [i, shard] of shards.entries()) this.#follow(shard, position, (i / shards.length) * POLL_INTERVAL_MS);
    await this.#wait(forNs / 1e6);
    this.#ending.abort();
    await Promise.allSettled(this.#readings);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #wait(forMs: number): Promise<void> {
    const { onProgress } = this.#options;
    const startedAtMs = performance.now();
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const elapsedMs = performance.now() - startedAtMs;
      if (elapsedMs >= forMs) return;
      onProgress?.(elapsedMs / forMs, this.#builder.records);
      await pause(Math.min(PROGRESS_EVERY_MS, forMs - elapsedMs), signal);
    }
  }

  #follow(shard: Pick<NewShard, 'id' | 'index'>, position: Position, firstPollMs: number): void {
    const reading = new PollingReading(
      this.#context(),
      { intervalMs: POLL_INTERVAL_MS, limit: undefined },
      shard,
      position,
      firstPollMs,
    );
    const following = reading
      .open()
      .then(() => reading.read())
      .then((children) => {
        if (!this.#ending.signal.aborted) this.#walk.ended(shard.id, children);
      })
      .catch((error: unknown) => {
        if (this.#ending.signal.aborted) return;
        this.#failure ??= error;
        this.#ending.abort();
      })
      .finally(() => this.#readings.delete(following));
    this.#readings.add(following);
  }

  #context(): ReaderContext<SdkRecords> {
    return {
      client: new SdkReadClient(this.#client, this.#options.target.stream),
      counts: new Counts(),
      signal: this.#ending.signal,
      deliver: (delivery) => this.#take(delivery),
      setBehind: () => {},
    };
  }

  #take({ records }: Delivery<SdkRecords>): void {
    for (const { PartitionKey = '', Data, ApproximateArrivalTimestamp } of records.list) {
      const key = Buffer.from(PartitionKey);
      hashKey(key, 0, key.length, this.#hash);
      const seconds = (ApproximateArrivalTimestamp?.getTime() ?? Date.now()) / 1000;
      this.#builder.add(seconds, this.#hash, key.length, Data?.length ?? 0, () => PartitionKey);
    }
  }
}
