/**
 * good     nothing to do
 * warning  numbers are still right, some of them are worse than they could be
 * bad      numbers from this machine would mislead: not fit
 * unknown  cannot be read here, which is no verdict
 */
export type FindingStatus = 'good' | 'warning' | 'bad' | 'unknown';

export interface Finding {
  readonly name: string;
  readonly status: FindingStatus;
  /** What was measured, with its unit. */
  readonly value: string;
  /** What the value means for a measurement. */
  readonly means: string;
  /** The next thing to do; absent when there is nothing. */
  readonly todo?: string;
}

/** A machine is fit when nothing is bad: warnings cost quality, not truth. */
export function isFit(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.status !== 'bad');
}
