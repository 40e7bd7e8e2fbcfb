import { setTimeout as sleep } from 'node:timers/promises';
import type { Kinesis } from '@aws-sdk/client-kinesis';
import { type Connection, openClient } from '../aws/client.ts';
import { callKinesis } from './wire-call.ts';

/** AWS's own client on a stream of one shard, with the records of a round numbered in their first four bytes. */

export interface Trip {
  readonly port: number;
  readonly protocol: Connection['protocol'];
  readonly streamName: string;
}

const TRIP_SHARD = 'shardId-000000000000';
const TIMEOUT_NS = 20e9;
const DATA_BYTES = 100;

export function openSdk({ port, protocol }: Trip): Promise<Kinesis> {
  const connection = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', protocol, timeoutNs: TIMEOUT_NS };
  return openClient(connection, { sockets: 4, for: 'subscriptions' });
}

/** When each record was handed to the client and when it came back, by its number. */
export class TripTimes {
  readonly #sentAtMs: number[] = [];
  readonly #receivedAtMs: number[] = [];
  /** Lost, repeated or reordered. */
  defects = 0;

  get sent(): number {
    return this.#sentAtMs.length;
  }

  get received(): number {
    return this.#receivedAtMs.length;
  }

  /** The data of the next record, which is handed over at once. */
  nextData(): Uint8Array {
    const data = Buffer.alloc(DATA_BYTES);
    data.writeUInt32LE(this.sent);
    this.#sentAtMs.push(performance.now());
    return data;
  }

  take(records: readonly { readonly Data?: Uint8Array | undefined }[]): void {
    const nowMs = performance.now();
    for (const { Data } of records) {
      const isNext = Data?.length === DATA_BYTES && Buffer.from(Data).readUInt32LE() === this.received;
      if (!isNext) this.defects += 1;
      this.#receivedAtMs.push(nowMs);
    }
  }

  /** Ascending, without those of the first records, which find the code cold. */
  latenciesMs(skippedRatio: number): number[] {
    const all = this.#receivedAtMs.map((receivedAtMs, i) => receivedAtMs - this.#sentAtMs[i]!);
    return all.slice(Math.floor(skippedRatio * all.length)).sort((a, b) => a - b);
  }
}

export interface Pace {
  readonly everyMs: number;
  readonly forMs: number;
}

/** Puts records one after the other, each at its time or as soon as the one before is acknowledged. */
export async function putPaced(client: Kinesis, trip: Trip, times: TripTimes, { everyMs, forMs }: Pace): Promise<void> {
  const { streamName: StreamName } = trip;
  const startMs = performance.now();
  for (let dueMs = startMs; dueMs < startMs + forMs; dueMs = Math.max(dueMs + everyMs, performance.now())) {
    await sleep(Math.max(0, dueMs - performance.now()));
    await client.putRecord({ StreamName, PartitionKey: 'k', Data: times.nextData() });
  }
}

/** Reads records until the signal aborts. */
export type Reading = (client: Kinesis, trip: Trip, times: TripTimes, signal: AbortSignal) => Promise<void>;

/** Polls again as soon as the last response has arrived. */
export const pollTight: Reading = async (client, trip, times, signal) => {
  const from = { StreamName: trip.streamName, ShardId: TRIP_SHARD, ShardIteratorType: 'TRIM_HORIZON' } as const;
  let { ShardIterator } = await client.getShardIterator(from);
  while (!signal.aborted) {
    const { Records = [], NextShardIterator } = await client.getRecords({ ShardIterator });
    times.take(Records);
    ShardIterator = NextShardIterator;
  }
};

export const subscribe: Reading = async (client, trip, times, signal) => {
  const ConsumerARN = await registeredConsumer(trip);
  const StartingPosition = { Type: 'TRIM_HORIZON' } as const;
  const subscription = { ConsumerARN, ShardId: TRIP_SHARD, StartingPosition };
  const { EventStream = [] } = await client.subscribeToShard(subscription, { abortSignal: signal });
  for await (const { SubscribeToShardEvent } of EventStream) times.take(SubscribeToShardEvent?.Records ?? []);
};

async function registeredConsumer({ port, streamName }: Trip): Promise<string> {
  const { StreamDescriptionSummary } = await callKinesis(port, 'DescribeStreamSummary', { StreamName: streamName });
  const { StreamARN } = StreamDescriptionSummary as { readonly StreamARN: string };
  const { Consumer } = await callKinesis(port, 'RegisterStreamConsumer', { StreamARN, ConsumerName: 'bench' });
  const { ConsumerARN } = Consumer as { readonly ConsumerARN: string };
  for (let isActive = false; !isActive; ) {
    const { ConsumerDescription } = await callKinesis(port, 'DescribeStreamConsumer', { ConsumerARN });
    isActive = (ConsumerDescription as { readonly ConsumerStatus: string }).ConsumerStatus === 'ACTIVE';
  }
  return ConsumerARN;
}
