import type { RecordColumns } from '../../../simulation/load.ts';
import { CHUNK_RECORDS, TraceSpool } from './spool.ts';

/**
 * Records that are made once and read again from a temporary file after that: a plan passes over them for each shard count, and making
 * copies takes several times as long as reading 20 bytes.
 */
export class RepeatedCopies {
  readonly #make: () => Iterable<RecordColumns>;
  readonly #producers: number;
  readonly #isKept: boolean;
  #made: TraceSpool | undefined;

  /**
   * @param make gives the same records with each call, those of producer i % producers at place i
   * @param isKept false for more records than the disk should hold: they are made again each time
   */
  constructor(make: () => Iterable<RecordColumns>, { producers, isKept }: { producers: number; isKept: boolean }) {
    this.#make = make;
    this.#producers = producers;
    this.#isKept = isKept;
  }

  replay(): Iterable<RecordColumns> {
    if (this.#made !== undefined) return this.#read(this.#made);
    return this.#isKept ? this.#makeAndKeep() : this.#make();
  }

  close(): void {
    this.#made?.close();
  }

  *#makeAndKeep(): Generator<RecordColumns> {
    const spool = new TraceSpool();
    let isComplete = false;
    try {
      for (const chunk of this.#make()) {
        const { count, dueAtNs, hashRatio, bytes } = chunk;
        for (let i = 0; i < count; i += 1) spool.append(dueAtNs[i]!, hashRatio[i]!, bytes[i]!);
        yield chunk;
      }
      spool.finish();
      isComplete = true;
    } finally {
      // Two passes may run at the same time; one file is enough.
      if (isComplete && this.#made === undefined) this.#made = spool;
      else spool.close();
    }
  }

  *#read(spool: TraceSpool): Generator<RecordColumns> {
    const producer = new Uint16Array(CHUNK_RECORDS);
    let next = 0;
    for (const { count, columns } of spool.chunks()) {
      if (this.#producers > 1) {
        for (let i = 0; i < count; i += 1) {
          producer[i] = next;
          next = next + 1 === this.#producers ? 0 : next + 1;
        }
      }
      yield { count, dueAtNs: columns.timesNs, hashRatio: columns.hashRatios, bytes: columns.bytes, producer };
    }
  }
}
