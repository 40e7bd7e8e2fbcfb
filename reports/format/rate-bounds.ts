const DIGITS = 4;

/** Never more than the rate: `49,960/s` must not become a rate that nobody showed to be sustainable. */
export const rateBelow = (perSecond: number): string => rateText(perSecond, Math.floor);
/** Never less than the rate. */
export const rateAbove = (perSecond: number): string => rateText(perSecond, Math.ceil);

function rateText(perSecond: number, round: (value: number) => number): string {
  const digits = Math.max(0, Math.floor(Math.log10(Math.max(perSecond, 1))) + 1 - DIGITS);
  const step = 10 ** digits;
  // Rounded first to 12 digits: 49.7 * 1000 is 49,700.00000000001.
  const steps = round(Number((perSecond / step).toPrecision(12)));
  return `${(steps * step).toLocaleString('en-US')}/s`;
}
