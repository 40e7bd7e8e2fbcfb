import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import type { DeliveryBatch } from '../delivery/destination.ts';
import { COMPRESSIONS, type CompressionFormat } from './compression.ts';

/** The form of the records of a batch in an object: their bytes one after the other, or a file of another format. */
export interface ObjectFormat {
  /** Ending of names of objects, unless FileExtension replaces it. */
  readonly ending: string;
  readonly contentEncoding: string | undefined;
  /** Rejects only for defects. Several may be under way. */
  bodyOf(batch: DeliveryBatch): Promise<ObjectBody>;
  close(): Promise<void>;
}

export interface ObjectBody {
  /** The bytes of the object are these, one after the other. Without any there is no object to write. */
  readonly pieces: readonly Uint8Array[];
  /** Records that cannot be in an object of this format. All others of the batch are in it. */
  readonly failed: readonly UnfitRecord[];
}

export interface UnfitRecord {
  readonly record: DeliveryRecord;
  readonly errorCode: string;
  readonly errorMessage: string;
}

/**
 * The records one after the other.
 * @param separator between two records; nothing by default.
 */
export function plainFormat(compression: CompressionFormat, separator?: Uint8Array): ObjectFormat {
  const { ending, contentEncoding, compress } = COMPRESSIONS[compression];
  return {
    ending,
    contentEncoding,
    async bodyOf(batch) {
      const data =
        separator === undefined
          ? (batch.pieces ?? batch.records.map((record) => record.data))
          : separated(batch.records, separator);
      return { pieces: await compress(data, batch.oldestArrivedAtMs), failed: [] };
    },
    close: () => Promise.resolve(),
  };
}

const separated = (records: readonly DeliveryRecord[], separator: Uint8Array): readonly Uint8Array[] =>
  records.flatMap(({ data }, index) => (index === 0 ? [data] : [separator, data]));
