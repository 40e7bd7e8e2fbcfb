/**
 * A record batch of Kafka, version 2. Big-endian; varints are zigzag-encoded, 7 bits a byte, least significant first.
 *
 *   0            8             12            16      17    21           23
 *   +------------+-------------+-------------+-------+-----+------------+-----------------+
 *   | baseOffset | batchLength | leaderEpoch | magic | crc | attributes | lastOffsetDelta |
 *   | int64      | int32       | int32       | int8  | u32 | int16      | int32           |
 *   +------------+-------------+-------------+-------+-----+------------+-----------------+
 *   27              35             43           51              53             57            61
 *   +---------------+--------------+------------+---------------+--------------+-------------+---------
 *   | baseTimestamp | maxTimestamp | producerId | producerEpoch | baseSequence | recordCount | records
 *   | int64         | int64        | int64      | int16         | int32        | int32       |
 *   +---------------+--------------+------------+---------------+--------------+-------------+---------
 *
 * One record: length, attributes (int8), timestampDelta, offsetDelta, keyLength, key, valueLength, value, headerCount, headers.
 * The length counts what follows it. crc is CRC-32C of everything from the attributes on.
 * Source: "Record Batch", https://kafka.apache.org/documentation/#recordbatch, Apache Kafka 4.4.
 */
export const BASE_OFFSET = 0;
export const BATCH_LENGTH_OFFSET = BASE_OFFSET + 8;
export const LEADER_EPOCH_OFFSET = BATCH_LENGTH_OFFSET + 4;
export const MAGIC_OFFSET = LEADER_EPOCH_OFFSET + 4;
export const CRC_OFFSET = MAGIC_OFFSET + 1;
export const ATTRIBUTES_OFFSET = CRC_OFFSET + 4;
export const LAST_OFFSET_DELTA_OFFSET = ATTRIBUTES_OFFSET + 2;
export const BASE_TIMESTAMP_OFFSET = LAST_OFFSET_DELTA_OFFSET + 4;
export const MAX_TIMESTAMP_OFFSET = BASE_TIMESTAMP_OFFSET + 8;
export const PRODUCER_ID_OFFSET = MAX_TIMESTAMP_OFFSET + 8;
export const PRODUCER_EPOCH_OFFSET = PRODUCER_ID_OFFSET + 8;
export const BASE_SEQUENCE_OFFSET = PRODUCER_EPOCH_OFFSET + 2;
export const RECORD_COUNT_OFFSET = BASE_SEQUENCE_OFFSET + 4;
export const BATCH_HEADER_BYTES = RECORD_COUNT_OFFSET + 4;

/** Bytes before those that `batchLength` counts. */
export const BATCH_PREFIX_BYTES = LEADER_EPOCH_OFFSET;
export const MAGIC = 2;
export const COMPRESSION_BITS = 0b111;
export const CONTROL_BIT = 1 << 5;
/** `producerId` and the sequence of a batch that is not idempotent. */
export const NO_PRODUCER = -1;

/**
 * Most bytes of a record beside its key and value: a length of 5 bytes, attributes, two deltas, two lengths, and no headers.
 */
export const RECORD_OVERHEAD_BYTES_MAX = 5 + 1 + 1 + 5 + 5 + 5 + 1;

/** Bytes of a non-negative number as a zigzag varint. */
export function varintBytes(value: number): number {
  if (value < 1 << 6) return 1;
  if (value < 1 << 13) return 2;
  if (value < 1 << 20) return 3;
  return value < 1 << 27 ? 4 : 5;
}

/** Writes a non-negative number below 2^31. Returns the place behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value * 2;
  let place = at;
  while (rest > 0x7f) {
    bytes[place] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
    place += 1;
  }
  bytes[place] = rest;
  return place + 1;
}
