import {
  AGGREGATE_BYTES_MAX,
  AGGREGATE_MAGIC,
  DIGEST_BYTES,
  digestOf,
  TAG,
  varintBytes,
  writeVarint,
} from '../../engine/aggregate/aggregate-format.ts';

/** One user record on its way into an aggregate. */
export interface UserRecord {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

/** Collects the user records of one shard until no more fit, and writes them as one record. */
export class AggregateWriter {
  readonly #records: UserRecord[] = [];
  /** By record: place of its key in the table. */
  readonly #keyPlaces: number[] = [];
  readonly #keys: Uint8Array[] = [];
  /** Place in the table by the caller's key id. */
  readonly #placeOf = new Map<number, number>();
  #bytes = AGGREGATE_MAGIC.length + DIGEST_BYTES;

  get count(): number {
    return this.#records.length;
  }

  /** Current size of the aggregate. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a record unless the aggregate would become larger than `maxBytes`; the first one is always taken.
   * @param keyId identifies the key: equal keys have equal ids, and are stored once in the aggregate.
   */
  add(keyId: number, record: UserRecord, maxBytes: number = AGGREGATE_BYTES_MAX): boolean {
    const known = this.#placeOf.get(keyId);
    const place = known ?? this.#keys.length;
    const bytes = lengthDelimitedBytes(recordBytes(place, record.data.length));
    const keyBytes = known === undefined ? lengthDelimitedBytes(record.key.length) : 0;
    if (this.count > 0 && this.#bytes + bytes + keyBytes > maxBytes) return false;
    if (known === undefined) {
      this.#placeOf.set(keyId, place);
      this.#keys.push(record.key);
    }
    this.#records.push(record);
    this.#keyPlaces.push(place);
    this.#bytes += bytes + keyBytes;
    return true;
  }

  write(): Buffer {
    const out = Buffer.allocUnsafe(this.#bytes);
    out.set(AGGREGATE_MAGIC);
    let at = AGGREGATE_MAGIC.length;
    for (const key of this.#keys) at = writeDelimited(out, at, TAG.partitionKey, key);
    for (const [i, { data }] of this.#records.entries()) {
      const place = this.#keyPlaces[i]!;
      out[at] = TAG.record;
      at = writeVarint(out, at + 1, recordBytes(place, data.length));
      out[at] = TAG.recordKeyIndex;
      at = writeVarint(out, at + 1, place);
      at = writeDelimited(out, at, TAG.recordData, data);
    }
    out.set(digestOf(out.subarray(AGGREGATE_MAGIC.length, at)), at);
    return out;
  }
}

function recordBytes(keyPlace: number, dataBytes: number): number {
  return 1 + varintBytes(keyPlace) + lengthDelimitedBytes(dataBytes);
}

const lengthDelimitedBytes = (bytes: number) => 1 + varintBytes(bytes) + bytes;

function writeDelimited(out: Uint8Array, at: number, tag: number, bytes: Uint8Array): number {
  out[at] = tag;
  const from = writeVarint(out, at + 1, bytes.length);
  out.set(bytes, from);
  return from + bytes.length;
}
