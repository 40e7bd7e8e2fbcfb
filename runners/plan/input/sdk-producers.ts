import type { ProducerModel, RateLoad } from '../../simulation/load.ts';
import { RETRY_PROFILES } from '../../simulation/retry-profiles.ts';

/** Assumed duration of a put on AWS without throttling. Clients in the stream's region measure 5 to 20 ms. */
const CALL_NS = 10e6;

/** Assumed producers for inputs that do not describe them: PutRecords with up to 500 records, and the retries of the AWS SDK. */
export const SDK_PRODUCERS = {
  batch: { records: 500, bytes: 5 * 2 ** 20, lingerNs: 0 },
  whenBusy: 'wait',
  retry: RETRY_PROFILES['aws-sdk-js'].retry,
  callNs: CALL_NS,
  quota: RETRY_PROFILES['aws-sdk-js'].quota,
} as const satisfies Omit<ProducerModel, 'count'>;

/** A producer for this many records/s, if nobody gives a number. */
const RECORDS_PER_PRODUCER = 1000;
/** A Uint16Array holds these producer numbers, and the memory of a plan suffices for them. */
const PRODUCERS_MAX = 10_000;

/** Returns the given number of producers, or the number that the busiest second needs. */
export function producerCount(given: number | undefined, rates: Pick<RateLoad, 'stepNs' | 'recordsOfStep'>): number {
  return given ?? Math.min(PRODUCERS_MAX, Math.max(1, Math.ceil(peakPerSecond(rates) / RECORDS_PER_PRODUCER)));
}

/** Records/s in the busiest second, or in the busiest step if a step is longer. */
function peakPerSecond({ stepNs, recordsOfStep }: Pick<RateLoad, 'stepNs' | 'recordsOfStep'>): number {
  const steps = Math.max(1, Math.round(1e9 / stepNs));
  let peak = 0;
  let sum = 0;
  for (let step = 0; step < recordsOfStep.length; step += 1) {
    sum += recordsOfStep[step]! - (step >= steps ? recordsOfStep[step - steps]! : 0);
    peak = Math.max(peak, sum);
  }
  return (peak * 1e9) / (steps * stepNs);
}
