import type { ByteTable } from '../../../engine/log/record-batch.ts';

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;
const BYTE_BITS = 8;
/** Not computed yet. A hash has its top bit cleared. */
const UNKNOWN = -1;

/**
 * MurmurHash2 of a byte string, with the seed and the signed result of Java's `Utils.murmur2`.
 * Source: org.apache.kafka.common.utils.Utils of Apache Kafka 4.4, after Austin Appleby's MurmurHash2, 2008.
 * @internal
 */
export function murmur2(bytes: Uint8Array, from = 0, length = bytes.length - from): number {
  let hash = SEED ^ length;
  const wordsEnd = from + (length & ~3);
  for (let i = from; i < wordsEnd; i += 4) {
    let word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> SHIFT;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const rest = length & 3;
  if (rest > 0) {
    for (let i = rest - 1; i >= 0; i--) hash ^= bytes[wordsEnd + i]! << (i * BYTE_BITS);
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** Partitions of keys as the default partitioner of Kafka's Java client chooses them. Each key is hashed once. */
export class Partitioner {
  readonly #keys: ByteTable;
  readonly #hashes: Int32Array;
  partitionCount: number;

  constructor(keys: ByteTable, partitionCount: number) {
    this.#keys = keys;
    this.#hashes = new Int32Array(keys.offsets.length).fill(UNKNOWN);
    this.partitionCount = partitionCount;
  }

  partitionOf(keyIndex: number): number {
    const known = this.#hashes[keyIndex]!;
    return (known === UNKNOWN ? this.#hash(keyIndex) : known) % this.partitionCount;
  }

  #hash(keyIndex: number): number {
    const { bytes, offsets, lengths } = this.#keys;
    const hash = murmur2(bytes, offsets[keyIndex]!, lengths[keyIndex]!) & 0x7fff_ffff;
    this.#hashes[keyIndex] = hash;
    return hash;
  }
}
