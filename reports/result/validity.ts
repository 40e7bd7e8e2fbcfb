export interface Validity {
  readonly kind: 'valid' | 'invalid';
  readonly reasons: readonly ValidityReason[];
  readonly checks: ValidityChecks;
}

export const VALIDITY_CODES = [
  'SCHEDULE_LAG',
  'LOOP_DELAY',
  'WORKER_CPU',
  'GENERATOR_SLOW',
  'LITTLES_LAW',
  'LEDGER',
  'STEPS',
  'PARTS',
] as const;
export type ValidityCode = (typeof VALIDITY_CODES)[number];

export interface ValidityReason {
  readonly code: ValidityCode;
  readonly what: string;
  readonly fix: string;
  /** The part that reported the reason about itself; absent if it was found in the whole. */
  readonly part?: number;
}

/** The numbers that validity was judged by; null where one was not measured. */
export interface ValidityChecks {
  readonly scheduleLagP99Ns: number | null;
  readonly scheduleLagLimitNs: number | null;
  readonly loopDelayP99Ns: number | null;
  readonly workerCpuRatio: number | null;
  /** Share of the machine's CPU that other programs, and other machines of its host, used during the run. */
  readonly otherCpuRatio: number | null;
  readonly achievedRatio: number | null;
  /** Did the target hold the producers back (throttling, stalls, every in-flight slot taken)? */
  readonly targetLimited: boolean;
  readonly inFlightMean: number | null;
  readonly inFlightExpected: number | null;
  /** received + lost - sent * consumers: 0 when every record is accounted for. */
  readonly ledgerDifference: number | null;
}
