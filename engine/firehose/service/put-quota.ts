/** Quota of puts of one delivery stream in a second. */
export interface PutQuota {
  readonly recordsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
}

const MIB = 1024 * 1024;

/** Source: Firehose guide, "Quota", 2023-03-07, and the text of PutRecord in the service's model. */
const QUOTAS = {
  large: { recordsPerSecond: 500_000, requestsPerSecond: 2000, bytesPerSecond: 5 * MIB },
  small: { recordsPerSecond: 100_000, requestsPerSecond: 1000, bytesPerSecond: MIB },
  api: { recordsPerSecond: 5000, requestsPerSecond: 2000, bytesPerSecond: 5 * MIB },
} as const satisfies Record<string, PutQuota>;

const LARGE_REGIONS: ReadonlySet<string> = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

/** `region`: the guide's quota of the region; `api`: the quota in the text of the operations. */
export type PutQuotaChoice = 'region' | 'api' | 'none' | PutQuota;

export function putQuotaOf(choice: PutQuotaChoice, region: string): PutQuota | undefined {
  if (choice === 'none') return undefined;
  if (choice === 'api') return QUOTAS.api;
  if (choice === 'region') return LARGE_REGIONS.has(region) ? QUOTAS.large : QUOTAS.small;
  return choice;
}

/** Measures puts: each part of the quota is a bucket that holds what is allowed in a second. */
export class PutMeter {
  readonly #quota: PutQuota;
  #records: number;
  #requests: number;
  #bytes: number;
  #filledAtMs: number;

  constructor(quota: PutQuota, nowMs: number) {
    this.#quota = quota;
    this.#records = quota.recordsPerSecond;
    this.#requests = quota.requestsPerSecond;
    this.#bytes = quota.bytesPerSecond;
    this.#filledAtMs = nowMs;
  }

  /** Must be called first for each request. Returns false if there are too many. */
  admitsRequest(nowMs: number): boolean {
    const { recordsPerSecond, requestsPerSecond, bytesPerSecond } = this.#quota;
    const seconds = Math.max(0, nowMs - this.#filledAtMs) / 1000;
    this.#filledAtMs = nowMs;
    this.#records = Math.min(recordsPerSecond, this.#records + seconds * recordsPerSecond);
    this.#requests = Math.min(requestsPerSecond, this.#requests + seconds * requestsPerSecond);
    this.#bytes = Math.min(bytesPerSecond, this.#bytes + seconds * bytesPerSecond);
    if (this.#requests < 1) return false;
    this.#requests -= 1;
    return true;
  }

  admitsRecord(bytes: number): boolean {
    if (this.#records < 1 || this.#bytes < bytes) return false;
    this.#records -= 1;
    this.#bytes -= bytes;
    return true;
  }
}
