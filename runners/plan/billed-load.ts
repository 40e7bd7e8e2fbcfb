import type { PriceList } from '../prices/price-list.ts';
import { type BilledRates, billedRates } from '../prices/price-month.ts';
import type { Load } from '../simulation/load.ts';

/** Sizes of so many records describe those of the load. */
const SAMPLED_RECORDS = 200_000;

/** Returns the rates that AWS bills: from the sizes of the records if they are known, or else from their mean. */
export function billedLoad(load: Load, prices: PriceList): BilledRates {
  const recordsPerSecond = load.records / (load.durationNs / 1e9);
  const mean = billedRates(recordsPerSecond, Math.max(1, load.bytes / Math.max(1, load.records)), prices);
  if (load.replay === undefined) return mean;
  const { putUnitBytes } = prices.provisioned;
  const { roundedToBytes } = prices.onDemand;
  let records = 0;
  let putUnits = 0;
  let roundedBytes = 0;
  for (const chunk of load.replay()) {
    for (let row = 0; row < chunk.count; row++) {
      putUnits += Math.ceil(chunk.bytes[row]! / putUnitBytes);
      roundedBytes += Math.ceil(chunk.bytes[row]! / roundedToBytes) * roundedToBytes;
    }
    records += chunk.count;
    if (records >= SAMPLED_RECORDS) break;
  }
  if (records === 0) return mean;
  return {
    bytesPerSecond: mean.bytesPerSecond,
    putUnitsPerSecond: recordsPerSecond * (putUnits / records),
    roundedBytesPerSecond: recordsPerSecond * (roundedBytes / records),
  };
}
