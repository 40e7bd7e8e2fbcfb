import { type Connection, type Reader, Writer } from '@platformatic/kafka';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import type { PartitionBatch } from './batch-encoder.ts';

/** Produce, version 9: Kafka 2.8 to 4.x have it. Source: https://kafka.apache.org/protocol, Apache Kafka 4.4. */
export const PRODUCE = { key: 0, version: 9 } as const;

const WIRE_ACKS = { 0: 0, 1: 1, all: -1 } as const;

export interface ProduceCall {
  readonly topic: string;
  readonly acks: KafkaTargetSpec['acks'];
  readonly timeoutMs: number;
  /** One for each partition. */
  readonly parts: readonly PartitionBatch[];
}

export interface ProduceResponse {
  /** By partition: its error code, 0 for none. Empty without an acknowledgement. */
  readonly codes: ReadonlyMap<number, number>;
  /** Time for which the broker held the response back, because of a quota. */
  readonly throttledMs: number;
}

const INT64_BYTES = 8;
const NO_RESPONSE: ProduceResponse = { codes: new Map(), throttledMs: 0 };

/** Sends one request. With acks 0 it resolves when the request was handed to the socket. */
export function produce(connection: Connection, call: ProduceCall): Promise<ProduceResponse> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, response?: ProduceResponse | boolean) => {
      if (error !== null) reject(error);
      else resolve(typeof response === 'object' ? response : NO_RESPONSE);
    };
    connection.send<ProduceResponse>(PRODUCE.key, PRODUCE.version, () => requestOf(call), responseOf, true, true, done);
  });
}

function requestOf({ topic, acks, timeoutMs, parts }: ProduceCall): Writer {
  const writer = Writer.create()
    .appendString(null)
    .appendInt16(WIRE_ACKS[acks])
    .appendInt32(timeoutMs)
    .appendArray([topic], (topics, name) => {
      topics.appendString(name).appendArray([...parts], (partitions, { partition, bytes }) => {
        partitions
          .appendInt32(partition)
          .appendUnsignedVarInt(bytes.length + 1)
          .append(bytes);
      });
    })
    .appendTaggedFields();
  if (acks === 0) writer.context.noResponse = true;
  return writer;
}

function responseOf(_correlationId: number, _key: number, _version: number, reader: Reader): ProduceResponse {
  const codes = new Map<number, number>();
  reader.readArray((topics) => {
    topics.readString();
    topics.readArray((partitions) => {
      const partition = partitions.readInt32();
      codes.set(partition, partitions.readInt16());
      // base_offset, log_append_time_ms and log_start_offset
      partitions.skip(3 * INT64_BYTES);
      partitions.readArray((errors) => {
        errors.readInt32();
        errors.readNullableString();
      });
      partitions.readNullableString();
    });
  });
  return { codes, throttledMs: reader.readInt32() };
}
