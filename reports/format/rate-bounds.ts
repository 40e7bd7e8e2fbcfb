const DIGITS = 4;

/** Rounds down to four digits: `49,960/s` must not become a rate that was not shown to be sustainable. */
export const rateBelow = (perSecond: number): string => rateText(perSecond, Math.floor);
/** Rounds up to four digits. */
export const rateAbove = (perSecond: number): string => rateText(perSecond, Math.ceil);

function rateText(perSecond: number, round: (value: number) => number): string {
  const digits = Math.max(0, Math.floor(Math.log10(Math.max(perSecond, 1))) + 1 - DIGITS);
  const step = 10 ** digits;
  // Rounding to 12 digits comes first, because 49.7 * 1000 is 49,700.00000000001.
  const steps = round(Number((perSecond / step).toPrecision(12)));
  return `${(steps * step).toLocaleString('en-US')}/s`;
}
