/**
 * What Amazon Kinesis Data Streams costs, USD, us-east-1. Not read from an AWS price page: on-demand prices are those of
 * AWS's blog of 2026-03-09, the others of third parties' copies of 2026-05. Good for an estimate, not for a quote.
 */
export const PRICES_AS_OF = '2026-05';
export const PRICES_REGION = 'us-east-1';

export const PROVISIONED_PRICES = {
  shardHour: 0.015,
  /** A PUT payload unit is a record's first 25 KB, and every further 25 KB of it. */
  millionPutUnits: 0.014,
  putUnitBytes: 25 * 1024,
  fanOutShardHour: 0.015,
  fanOutGigabyte: 0.013,
} as const;

export const ON_DEMAND_PRICES = {
  streamHour: 0.04,
  gigabyteIn: 0.08,
  gigabyteOut: 0.04,
  fanOutGigabyte: 0.05,
  /** Every record counts as whole KB. */
  roundedToBytes: 1024,
} as const;
