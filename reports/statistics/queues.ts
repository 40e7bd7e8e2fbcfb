/**
 * Formulas of single queues in steady state. `serviceTime` is the mean time of service S; all results are in its unit. `utilisation` is
 * arrival rate * S / servers, from 0 to below 1. Each function throws a RangeError outside of that.
 */

/** Beyond so many service times the alternating sum of mD1WaitCdf loses its digits. */
const MD1_SUM_MAX = 20;

/** Mean wait before service in M/M/1: rho S / (1 - rho). */
export function mM1Wait(utilisation: number, serviceTime: number): number {
  return mG1Wait(utilisation, serviceTime, 1);
}

/** Mean wait before service in M/D/1: half of M/M/1. */
export function mD1Wait(utilisation: number, serviceTime: number): number {
  return mG1Wait(utilisation, serviceTime, 0);
}

/**
 * Mean wait before service in M/G/1.
 * @param squaredVariation variance over squared mean of the service times: 0 if all are the same, 1 if exponential.
 * Source: Pollaczek and Khinchine; Kleinrock, Queueing Systems I, section 5.6.
 */
export function mG1Wait(utilisation: number, serviceTime: number, squaredVariation: number): number {
  checkUtilisation(utilisation);
  return (utilisation * serviceTime * (1 + squaredVariation)) / (2 * (1 - utilisation));
}

/** Quantile of the time in an M/M/1 queue, service included; it is exponential with mean S / (1 - rho). */
export function mM1SojournQuantile(utilisation: number, serviceTime: number, probability: number): number {
  checkUtilisation(utilisation);
  return (-Math.log1p(-probability) * serviceTime) / (1 - utilisation);
}

/**
 * The highest arrival rate at which an M/M/1 queue keeps a quantile of its response time.
 * @param serviceRate 1 / S. @param limit of the quantile, in the unit of S. @returns 0 if no rate keeps it.
 */
export function mM1Capacity(serviceRate: number, probability: number, limit: number): number {
  return Math.max(0, serviceRate + Math.log1p(-probability) / limit);
}

/** P(wait <= t) in M/D/1, t in service times. Up to 20 by Erlang's sum, beyond by its exponential tail. */
export function mD1WaitCdf(utilisation: number, t: number): number {
  checkUtilisation(utilisation);
  if (t < 0) return 0;
  if (t <= MD1_SUM_MAX) return mD1Sum(utilisation, t);
  const tail = (1 - mD1Sum(utilisation, MD1_SUM_MAX)) * Math.exp(-mD1Decay(utilisation) * (t - MD1_SUM_MAX));
  return 1 - tail;
}

/** The t, in service times, with P(wait <= t) = probability in M/D/1. */
export function mD1WaitQuantile(utilisation: number, probability: number): number {
  if (mD1WaitCdf(utilisation, 0) >= probability) return 0;
  let [low, high] = [0, 1];
  while (mD1WaitCdf(utilisation, high) < probability) [low, high] = [high, high * 2];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (mD1WaitCdf(utilisation, middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(all of `servers` are busy) if blocked calls are lost. @param offered arrival rate * S, 0 or more. Source: Erlang, 1917. */
export function erlangB(offered: number, servers: number): number {
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (offered * blocking) / (k + offered * blocking);
  return blocking;
}

/** P(a call has to wait) in M/M/c. @param offered arrival rate * S, below `servers`. */
export function erlangC(offered: number, servers: number): number {
  checkUtilisation(offered / servers);
  const blocking = erlangB(offered, servers);
  return blocking / (1 - (offered / servers) * (1 - blocking));
}

/** Mean wait before service in M/M/c. */
export function mMcWait(offered: number, servers: number, serviceTime: number): number {
  return (erlangC(offered, servers) * serviceTime) / (servers - offered);
}

/** Quantile of the wait before service in M/M/c; 0 if that share does not wait at all. */
export function mMcWaitQuantile(offered: number, servers: number, serviceTime: number, probability: number): number {
  const waiting = erlangC(offered, servers);
  if (1 - waiting >= probability) return 0;
  return (Math.log(waiting / (1 - probability)) * serviceTime) / (servers - offered);
}

/** Both sides of Little's law over a window that starts and ends empty. */
export interface LittlesLaw {
  readonly arrivalRate: number;
  readonly meanTime: number;
  readonly meanInSystem: number;
}

/** @param departures of the same customers as `arrivals`, in the same order. @param window its length. */
export function littlesLaw(arrivals: readonly number[], departures: readonly number[], window: number): LittlesLaw {
  const area = arrivals.reduce((sum, arrival, i) => sum + departures[i]! - arrival, 0);
  return { arrivalRate: arrivals.length / window, meanTime: area / arrivals.length, meanInSystem: area / window };
}

function mD1Sum(utilisation: number, t: number): number {
  let sum = 0;
  for (let k = 0; k <= Math.floor(t); k++) {
    const x = utilisation * (k - t);
    let term = Math.exp(-x);
    for (let i = 1; i <= k; i++) term *= x / i;
    sum += term;
  }
  return (1 - utilisation) * sum;
}

/** The positive root of rho (e^y - 1) = y: the wait's tail falls as e^(-y t). */
function mD1Decay(utilisation: number): number {
  let [low, high] = [0, 1];
  const isBelow = (y: number) => utilisation * Math.expm1(y) < y;
  while (isBelow(high)) [low, high] = [high, high * 2];
  low = Math.max(low, 1e-12);
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function checkUtilisation(utilisation: number): void {
  if (utilisation >= 0 && utilisation < 1) return;
  throw new RangeError(`the utilisation must be from 0 to below 1, got ${utilisation}`);
}
