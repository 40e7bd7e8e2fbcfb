/**
 * Prices of Amazon Data Firehose in one region, USD, for direct puts. Good for an estimate, not for a quote: the price is from
 * copies of the AWS price page by third parties, 2026-05; the rounding is from the Firehose guide.
 */
export const FIREHOSE_PRICES = {
  region: 'us-east-1',
  asOf: '2026-05',
  /** The same as in prices.json. */
  gigabyteBytes: 2 ** 30,
  /** The first 500 TB of a month. */
  gigabyteIn: 0.029,
  /** Each record is billed as a multiple of so many bytes. */
  roundedToBytes: 5 * 1024,
} as const;
