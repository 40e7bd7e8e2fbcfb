import { writeCbor } from '../../../engine/wire/cbor-writer.ts';
import {
  type PolledRecords,
  type Position,
  type PushedRecords,
  type ReadClient,
  type ReadRecords,
  type Subscription,
  startingPosition,
} from '../read-client.ts';
import type { ShardInfo } from '../shards.ts';
import { CborRecords } from './cbor-records.ts';
import { decodedBody, decodedResponse, isJson } from './decoded-response.ts';
import { EventSubscription } from './event-subscription.ts';
import { JsonRecords } from './json-records.ts';
import { malformedResponse } from './malformed-response.ts';
import type { ReadResponse } from './response-parts.ts';
import type { LeanTransport } from './transport.ts';

/** Calls that the lean client leaves to the SDK. */
interface OtherCalls {
  listShards(): Promise<readonly ShardInfo[]>;
  close(): void;
}

/** Reads a stream without an object for a record: the records of a response are given where its bytes are. */
export class LeanReadClient implements ReadClient {
  readonly #transport: LeanTransport;
  readonly #others: OtherCalls;
  readonly #stream: string;
  readonly #cbor = new CborRecords();
  readonly #json = new JsonRecords();

  constructor(transport: LeanTransport, others: OtherCalls, stream: string) {
    this.#transport = transport;
    this.#others = others;
    this.#stream = stream;
  }

  async getIterator(shardId: string, position: Position, signal: AbortSignal): Promise<string> {
    const { Type, ...at } = startingPosition(position);
    const input = {
      StreamName: this.#stream,
      ShardId: shardId,
      ShardIteratorType: Type,
      ...('SequenceNumber' in at ? { StartingSequenceNumber: at.SequenceNumber } : at),
    };
    const { ShardIterator } = await this.#transport.call('GetShardIterator', writeCbor(input), decodedBody, signal);
    if (typeof ShardIterator === 'string') return ShardIterator;
    throw malformedResponse('the response has no iterator');
  }

  getRecords(
    iterator: string,
    limit: number | undefined,
    onResponse: (response: PolledRecords<ReadRecords>) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const body = writeCbor({ ShardIterator: iterator, Limit: limit });
    return this.#transport.call('GetRecords', body, (response) => onResponse(this.#read(response)), signal);
  }

  subscribe(
    { consumerArn, shardId }: { readonly consumerArn: string; readonly shardId: string },
    position: Position,
    onEvent: (event: PushedRecords<ReadRecords>) => boolean,
    signal: AbortSignal,
  ): Promise<Subscription> {
    const { Type, ...at } = startingPosition(position);
    const StartingPosition = 'Timestamp' in at ? { Type, Timestamp: at.Timestamp.getTime() / 1000 } : { Type, ...at };
    const body = Buffer.from(JSON.stringify({ ConsumerARN: consumerArn, ShardId: shardId, StartingPosition }));
    const subscription = new EventSubscription((payload) => onEvent(this.#read(payload)));
    return subscription.open(this.#transport, body, signal);
  }

  listShards(): Promise<readonly ShardInfo[]> {
    return this.#others.listShards();
  }

  close(): void {
    this.#transport.close();
    this.#others.close();
  }

  #read(bytes: Buffer): ReadResponse {
    const response = isJson(bytes) ? this.#json.read(bytes) : this.#cbor.read(bytes);
    return response ?? decodedResponse(bytes);
  }
}
