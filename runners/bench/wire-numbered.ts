import { readCbor } from '../../engine/wire/cbor-reader.ts';
import { writeCbor } from '../../engine/wire/cbor-writer.ts';
import { holds } from './benchmark.ts';
import { callKinesis } from './wire-call.ts';
import type { WireCaller } from './wire-caller.ts';

/** Records of one shard, with their numbers in their first bytes, so that a reader sees each once and in order. */

const HASH_KEYS = 2n ** 128n;
/** Number that a record has until it is put, followed by its place in the request. */
const MARK = 0xdeadbeef;
const READ_LIMIT = 10_000;

export interface NumberedShard {
  readonly streamName: string;
  readonly shards: number;
  readonly shardIndex: number;
}

/** Puts requests of equal records to one shard, each with the next numbers. */
export class NumberedPuts {
  readonly #caller: WireCaller;
  readonly #body: Buffer;
  readonly #numbersAt: readonly number[];
  /** Records put so far. */
  count = 0;

  constructor(
    caller: WireCaller,
    { streamName, shards, shardIndex }: NumberedShard,
    shape: { readonly records: number; readonly dataBytes: number },
  ) {
    this.#caller = caller;
    const ExplicitHashKey = String((HASH_KEYS / BigInt(shards)) * BigInt(shardIndex));
    const Records = Array.from({ length: shape.records }, (_, i) => {
      const Data = Buffer.alloc(shape.dataBytes, 'record data');
      Data.writeUInt32LE(MARK);
      Data.writeUInt32LE(i, 4);
      return { Data, PartitionKey: `key-of-shard-${shardIndex}`, ExplicitHashKey };
    });
    this.#body = writeCbor({ StreamName: streamName, Records });
    let from = 0;
    this.#numbersAt = Records.map(({ Data }) => {
      from = this.#body.indexOf(Data.subarray(0, 8), from);
      return from;
    });
  }

  /** @returns records of the request. */
  async put(): Promise<number> {
    for (const at of this.#numbersAt) this.#body.writeUInt32LE(this.count++, at);
    const { FailedRecordCount } = readCbor(await this.#caller.call('PutRecords', this.#body)) as {
      readonly FailedRecordCount: number;
    };
    holds(FailedRecordCount === 0, `${FailedRecordCount} records were not accepted`);
    return this.#numbersAt.length;
  }
}

interface ReadOutput {
  readonly Records: readonly { readonly Data: Buffer }[];
  readonly NextShardIterator: string;
}

/** Reads a shard of numbered records again and again, from its oldest record to its newest, and checks every record. */
export class NumberedReads {
  readonly #caller: WireCaller;
  readonly #first: string;
  readonly #count: number;
  readonly #dataBytes: number;
  #next: string;
  #number = 0;

  private constructor(caller: WireCaller, first: string, count: number, dataBytes: number) {
    this.#caller = caller;
    this.#first = this.#next = first;
    this.#count = count;
    this.#dataBytes = dataBytes;
  }

  static async open(
    caller: WireCaller,
    port: number,
    { streamName, shardIndex }: NumberedShard,
    holdsRecords: { readonly count: number; readonly dataBytes: number },
  ): Promise<NumberedReads> {
    const { ShardIterator } = await callKinesis(port, 'GetShardIterator', {
      StreamName: streamName,
      ShardId: `shardId-${String(shardIndex).padStart(12, '0')}`,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    return new NumberedReads(caller, ShardIterator as string, holdsRecords.count, holdsRecords.dataBytes);
  }

  /** True when the next read starts at the oldest record. */
  get isAtStart(): boolean {
    return this.#number === 0;
  }

  /** @returns records of the response. */
  async read(): Promise<number> {
    const input = writeCbor({ ShardIterator: this.#next, Limit: READ_LIMIT });
    const output = readCbor(await this.#caller.call('GetRecords', input)) as ReadOutput;
    for (const { Data } of output.Records) {
      const isNext = Data.length === this.#dataBytes && Data.readUInt32LE() === this.#number;
      holds(isNext, `record ${this.#number} is lost, repeated or changed`);
      this.#number += 1;
    }
    holds(output.Records.length > 0, `a response has no records, after ${this.#number} of ${this.#count}`);
    this.#next = output.NextShardIterator;
    if (this.#number === this.#count) {
      this.#number = 0;
      this.#next = this.#first;
    }
    return output.Records.length;
  }
}
