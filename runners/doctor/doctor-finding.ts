/**
 * good     no action needed
 * warning  numbers are correct, but could be better on another machine
 * bad      numbers from this machine would be misleading: it is not fit
 * unknown  not readable on this system
 */
export type FindingStatus = 'good' | 'warning' | 'bad' | 'unknown';

export interface Finding {
  readonly name: string;
  readonly status: FindingStatus;
  /** Measured value, with its unit. */
  readonly value: string;
  /** Meaning of the value for a measurement. */
  readonly means: string;
  /** Recommended action; absent if none is needed. */
  readonly todo?: string;
}

/** A machine is fit if no finding is bad: warnings reduce quality, not correctness. */
export function isFit(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.status !== 'bad');
}
