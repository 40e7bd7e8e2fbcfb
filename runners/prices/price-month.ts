import type { PriceList } from './price-list.ts';

/** AWS's calculators reckon a month with so many hours. */
export const MONTH_HOURS = 730;
const HOUR_SECONDS = 3600;

/** The billed part of a load, on average over a month. */
export interface BilledRates {
  readonly bytesPerSecond: number;
  /** PUT payload units of a provisioned stream. */
  readonly putUnitsPerSecond: number;
  /** Bytes with each record rounded up, as on-demand streams are billed. */
  readonly roundedBytesPerSecond: number;
}

/** Consumers by how they read. */
export interface Readers {
  readonly polling: number;
  readonly fanOut: number;
}

/** Returns the billed rates of records of one size. @param recordBytes partition key and data, above 0. */
export function billedRates(recordsPerSecond: number, recordBytes: number, prices: PriceList): BilledRates {
  const { provisioned, onDemand } = prices;
  return {
    bytesPerSecond: recordsPerSecond * recordBytes,
    putUnitsPerSecond: recordsPerSecond * Math.ceil(recordBytes / provisioned.putUnitBytes),
    roundedBytesPerSecond:
      recordsPerSecond * Math.ceil(recordBytes / onDemand.roundedToBytes) * onDemand.roundedToBytes,
  };
}

/** USD an hour of a provisioned stream. Polling reads are included in the shard-hours. */
export function provisionedHourUsd(shards: number, rates: BilledRates, readers: Readers, prices: PriceList): number {
  const { shardHour, millionPutUnits, fanOutShardHour, fanOutGigabyte } = prices.provisioned;
  return (
    shards * shardHour +
    ((rates.putUnitsPerSecond * HOUR_SECONDS) / 1e6) * millionPutUnits +
    readers.fanOut * (shards * fanOutShardHour + gigabytesAnHour(rates.bytesPerSecond, prices) * fanOutGigabyte)
  );
}

/** USD an hour of an on-demand stream in the standard mode. */
export function onDemandHourUsd({ roundedBytesPerSecond }: BilledRates, readers: Readers, prices: PriceList): number {
  const { streamHour, gigabyteIn, gigabyteOut, fanOutGigabyte } = prices.onDemand;
  const perGigabyte = gigabyteIn + readers.polling * gigabyteOut + readers.fanOut * fanOutGigabyte;
  return streamHour + gigabytesAnHour(roundedBytesPerSecond, prices) * perGigabyte;
}

/**
 * USD an hour in on-demand Advantage, and whether that is the minimum of the account, which all its streams in a region share.
 * @returns null if the price list has no prices for it.
 */
export function advantageHourUsd(
  { roundedBytesPerSecond }: BilledRates,
  readers: Readers,
  prices: PriceList,
): { readonly usd: number; readonly isMinimum: boolean } | null {
  const { onDemandAdvantage: advantage } = prices;
  if (advantage === undefined) return null;
  const { gigabyteIn, gigabyteOut, fanOutGigabyte } = advantage;
  const perGigabyte = gigabyteIn + readers.polling * gigabyteOut + readers.fanOut * fanOutGigabyte;
  const used = gigabytesAnHour(roundedBytesPerSecond, prices) * perGigabyte;
  const least =
    gigabytesAnHour(advantage.minimumInBytesPerSecond, prices) * gigabyteIn +
    gigabytesAnHour(advantage.minimumOutBytesPerSecond, prices) * gigabyteOut;
  return { usd: Math.max(used, least), isMinimum: used < least };
}

const gigabytesAnHour = (bytesPerSecond: number, { gigabyteBytes }: PriceList): number =>
  (bytesPerSecond * HOUR_SECONDS) / gigabyteBytes;
