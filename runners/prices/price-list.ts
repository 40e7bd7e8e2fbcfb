/** Prices of Amazon Kinesis Data Streams in one region, USD. Good for an estimate, not for a quote. */
export interface PriceList {
  readonly schemaVersion: 1;
  readonly region: string;
  /** When the prices held, as the source dates them: 2026-05. */
  readonly asOf: string;
  readonly currency: 'USD';
  readonly sources: readonly string[];
  /** Bytes of a billed gigabyte. AWS's daily price of the Advantage minimum fits 2^30, not 10^9. */
  readonly gigabyteBytes: number;
  readonly provisioned: ProvisionedPrices;
  readonly onDemand: OnDemandPrices;
  readonly onDemandAdvantage?: AdvantagePrices | undefined;
}

interface ProvisionedPrices {
  readonly shardHour: number;
  readonly millionPutUnits: number;
  /** A PUT payload unit is a record's first so many bytes, and each further so many. */
  readonly putUnitBytes: number;
  /** For each fan-out consumer of each shard. */
  readonly fanOutShardHour: number;
  readonly fanOutGigabyte: number;
}

interface VolumePrices {
  readonly gigabyteIn: number;
  readonly gigabyteOut: number;
  readonly fanOutGigabyte: number;
  /** Each record is billed as a multiple of so many bytes. */
  readonly roundedToBytes: number;
}

interface OnDemandPrices extends VolumePrices {
  readonly streamHour: number;
}

/** No stream-hour, but a minimum for all streams of an account and region together. */
interface AdvantagePrices extends VolumePrices {
  readonly minimumInBytesPerSecond: number;
  readonly minimumOutBytesPerSecond: number;
}
