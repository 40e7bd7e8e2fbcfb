import { endOfBatches } from './batch-reader.ts';
import type { FetchedPartition, FetchPosition } from './fetch-call.ts';

/** The position of a consumer in each partition, and its lag. */
export class PartitionPositions {
  readonly #offsets: number[];
  /** By partition: records that can be read and were not. */
  readonly #behindRecords: number[];
  /** By partition: Kafka's timestamp of the last record read, ms since 1970. */
  readonly #timestampsMs: number[];
  /** Records that the broker deleted before this consumer had read them. */
  trimmedRecords = 0;

  /** @param offsets by partition: the first record to read. */
  constructor(offsets: readonly number[]) {
    this.#offsets = [...offsets];
    this.#behindRecords = offsets.map(() => 0);
    this.#timestampsMs = offsets.map(() => 0);
  }

  get all(): number[] {
    return Array.from(this.#offsets.keys());
  }

  /** New partitions are read from their first record. */
  grow(partitionCount: number): void {
    while (this.#offsets.length < partitionCount) {
      this.#offsets.push(0);
      this.#behindRecords.push(0);
      this.#timestampsMs.push(0);
    }
  }

  positionOf(partition: number): FetchPosition {
    return { partition, offset: this.#offsets[partition]! };
  }

  /** Moves behind the batches of a response. @returns the offset from which its records count; undefined without records. */
  advance({ partition, bytes, highWatermark }: FetchedPartition): number | undefined {
    const from = this.#offsets[partition]!;
    const end = bytes.length === 0 ? undefined : endOfBatches(bytes);
    if (end !== undefined) {
      this.#offsets[partition] = end.nextOffset;
      this.#timestampsMs[partition] = end.timestampMs;
    }
    this.#behindRecords[partition] = Math.max(0, highWatermark - this.#offsets[partition]!);
    return end === undefined ? undefined : from;
  }

  /** The broker no longer has the position: reading goes on with its first record. */
  trim(partition: number, logStartOffset: number): void {
    this.trimmedRecords += Math.max(0, logStartOffset - this.#offsets[partition]!);
    this.#offsets[partition] = logStartOffset;
  }

  /** Age of the last record read from the partition that is furthest behind, by Kafka's timestamps; 0 if nothing is unread. */
  get behindMs(): number {
    let most = 0;
    for (let i = 0; i < this.#behindRecords.length; i++) {
      const timestampMs = this.#timestampsMs[i]!;
      if (this.#behindRecords[i]! > 0 && timestampMs > 0) most = Math.max(most, Date.now() - timestampMs);
    }
    return most;
  }
}
