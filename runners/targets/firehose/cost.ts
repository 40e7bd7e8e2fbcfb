import type { ExpectedCost } from '../../../reports/result/result.ts';
import type { Scenario } from '../../../workloads/scenario.ts';
import { FIREHOSE_PRICES } from '../../prices/firehose-prices.ts';
import { priceDate } from '../../prices/prices.ts';
import { recordSizes } from '../record-sizes.ts';
import { RECORD_BYTES_MAX } from './put-calls.ts';
import { STAMP_BYTES } from './stamp.ts';

const KIBIBYTE = 1024;

/**
 * Charges of Firehose for the records of a run: by volume, with each record rounded up. A delivery stream costs nothing while
 * nothing is put. Requests and storage of the bucket, and transformations, come on top.
 */
export function estimateCost({ workloads, seed }: Scenario): ExpectedCost {
  const { gigabyteBytes, gigabyteIn, roundedToBytes } = FIREHOSE_PRICES;
  const limits = { recordBytesMax: RECORD_BYTES_MAX, envelopeBytes: STAMP_BYTES };
  let billedBytes = 0;
  for (const workload of workloads) {
    const { bytes, recordsOfEach } = recordSizes(workload, seed, limits);
    const rounded = bytes.reduce((sum, length) => sum + Math.ceil(length / roundedToBytes) * roundedToBytes, 0);
    billedBytes += rounded * recordsOfEach;
  }
  const gigabytes = billedBytes / gigabyteBytes;
  const usd = gigabytes * gigabyteIn;
  const what = `${gigabytes.toFixed(3)} GB in, each record rounded up to ${roundedToBytes / KIBIBYTE} KB`;
  return { usd, lines: usd > 0 ? [{ what, usd }] : [], prices: priceDate(FIREHOSE_PRICES) };
}
