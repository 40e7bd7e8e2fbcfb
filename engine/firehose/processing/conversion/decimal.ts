const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * Reads a decimal number of at most so many digits, rounded half up to a scale.
 * @returns the number times 10^scale; undefined if the value is no number, or has too many digits.
 */
export function decimalOf(value: unknown, precision: number, scale: number): bigint | undefined {
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string';
  const match = isNumber ? DECIMAL.exec(String(value)) : null;
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return undefined;
  const unscaled = shifted(BigInt(digits), scale - fraction.length + Number(exponent));
  if (unscaled >= 10n ** BigInt(precision)) return undefined;
  return sign === '-' ? -unscaled : unscaled;
}

/** value * 10^by, rounded half up. */
function shifted(value: bigint, by: number): bigint {
  if (by >= 0) return value * 10n ** BigInt(by);
  const divisor = 10n ** BigInt(-by);
  return (value + divisor / 2n) / divisor;
}
