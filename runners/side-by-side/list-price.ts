import type { SidePrice } from '../../reports/side-by-side/record.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import { type BilledRates, onDemandHourUsd, provisionedHourUsd } from '../prices/price-month.ts';
import { OWN_PRICES, priceDate } from '../prices/prices.ts';
import { recordSizes } from '../targets/record-sizes.ts';
import { kindOf } from '../targets/targets.ts';

const NS_PER_SECOND = 1e9;

/**
 * The price of the target of a scenario by the planner's list, at the mean load of its schedule; null if the list has none.
 * A target that imitates Kinesis has the price of the stream that it imitates.
 */
export function listPrice(scenario: Scenario): SidePrice | null {
  const { target, consumers } = scenario;
  const stream = kindOf(target).pricedAs?.(target);
  if (stream === undefined) return null;
  const fanOut = consumers.filter(({ kind }) => kind === 'fan-out').length;
  const readers = { fanOut, polling: consumers.length - fanOut };
  const rates = billedRatesOf(scenario);
  const usdPerHour = stream.isOnDemand
    ? onDemandHourUsd(rates, readers, OWN_PRICES)
    : provisionedHourUsd(stream.shards, rates, readers, OWN_PRICES);
  const size = stream.isOnDemand ? 'on-demand' : `${stream.shards} ${stream.shards === 1 ? 'shard' : 'shards'}`;
  const what = `Kinesis, ${size}, ${readers.polling} polling and ${readers.fanOut} fan-out consumers, list price of ${priceDate(OWN_PRICES)}`;
  return { usdPerHour, what, source: 'list' };
}

function billedRatesOf({ workloads, seed }: Scenario): BilledRates {
  const { provisioned, onDemand } = OWN_PRICES;
  const sum = { bytesPerSecond: 0, putUnitsPerSecond: 0, roundedBytesPerSecond: 0 };
  const seconds = scheduleEndNs(workloads) / NS_PER_SECOND;
  for (const workload of workloads) {
    const limits = { recordBytesMax: Number.POSITIVE_INFINITY, envelopeBytes: 0 };
    const { bytes, recordsOfEach } = recordSizes(workload, seed, limits);
    const perSecond = recordsOfEach / seconds;
    for (const size of bytes) {
      sum.bytesPerSecond += size * perSecond;
      sum.putUnitsPerSecond += Math.ceil(size / provisioned.putUnitBytes) * perSecond;
      sum.roundedBytesPerSecond += Math.ceil(size / onDemand.roundedToBytes) * onDemand.roundedToBytes * perSecond;
    }
  }
  return sum;
}
