import type { SizeSpec } from './scenario.ts';

/** z with P(Z < z) = 0.99 for a standard normal Z. */
const NORMAL_P99 = 2.3263478740408408;

/** Returns the size that a share `p` of the sizes does not exceed, not rounded. 0 < p < 1. */
export function sizeQuantile(size: SizeSpec, p: number): number {
  switch (size.kind) {
    case 'fixed':
      return size.bytes;
    case 'lognormal':
      return lognormalQuantile(size.p50Bytes, size.p99Bytes, p);
    case 'pareto':
      return paretoQuantile(size.shape, size.minBytes, size.maxBytes, p);
  }
}

/** Sigma of ln x from two quantiles: ln(p99 / p50) / z(0.99). */
function lognormalSigma(p50: number, p99: number): number {
  return Math.log(p99 / p50) / NORMAL_P99;
}

export function lognormalQuantile(p50: number, p99: number, p: number): number {
  return p50 * Math.exp(lognormalSigma(p50, p99) * normalQuantile(p));
}

/** Bounded Pareto: F(x) = (1 - (min/x)^a) / (1 - (min/max)^a). */
function paretoQuantile(shape: number, min: number, max: number, p: number): number {
  return min / (1 - p * (1 - (min / max) ** shape)) ** (1 / shape);
}

/**
 * Inverse of the standard normal distribution, relative error about 1e-16. 0 < p < 1.
 * Source: Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", 1988 (PPND16).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const tail =
    r <= 5
      ? polynomial(MIDDLE_TOP, r - 1.6) / polynomial(MIDDLE_BOTTOM, r - 1.6)
      : polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5);
  return q < 0 ? -tail : tail;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) sum = sum * x + coefficients[i]!;
  return sum;
}

const CENTRE_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRE_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546,
];
const MIDDLE_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const FAR_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const FAR_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
  1.421511758316446e-7, 2.0442631033899397e-15,
];
