/** Limits of one shard: of writes, of all polls together, and of each push. */
export type LimitsSpec =
  | 'none'
  | 'aws'
  | {
      readonly bytesPerSecond: number;
      readonly recordsPerSecond: number;
      readonly burstSeconds: number;
      /** Records and bytes that an idle shard saves up. Absent: the rates times `burstSeconds`. */
      readonly burstRecords?: number;
      readonly burstBytes?: number;
      /** Length of fixed windows to count in, instead of token buckets. Bursts have no effect then. */
      readonly windowSeconds?: number;
      /** Reads of one shard: of all polls together, and of each push. Absent: unlimited. */
      readonly readBytesPerSecond?: number;
      /** Polls of one shard by all consumers together. Absent: unlimited. */
      readonly readCallsPerSecond?: number;
    };

/** Delay until a record can be read: none, that of a way of reading on AWS, or a measured one. */
export type LatencySpec = 'none' | 'enhanced-fan-out' | 'polling' | LatencyProfileSpec;

/** A measured delay. Its file is read when the scenario is resolved. */
export interface LatencyProfileSpec {
  readonly name?: string | undefined;
  readonly source?: string | undefined;
  readonly recordedAt?: string | undefined;
  /** Time for which one draw holds for a shard. Absent: 1,000. */
  readonly slotMs?: number | undefined;
  readonly evenDraws?: boolean | undefined;
  /** Quantiles of single seconds, drawn second by second. */
  readonly blocks?: readonly QuantilesSpec[] | undefined;
  readonly quantiles: QuantilesSpec;
}

/** Rows with `p` rising from 0 to 1 and `ns` never falling. */
export type QuantilesSpec = readonly { readonly p: number; readonly ns: number }[];

/** The latencies of a service, from a file that `calibrate` writes or that ships with the package. An absent part was not measured. */
export interface TwinProfileSpec {
  readonly name: string;
  readonly basis: 'measurement' | 'documentation';
  readonly source: string;
  readonly recordedAt?: string;
  /** From the hand-over of a call to its response. */
  readonly put?: LatencyProfileSpec;
  /** From the hand-over of a record until a consumer of the kind can read it. */
  readonly fanOut?: LatencySpec;
  readonly polling?: LatencySpec;
}
