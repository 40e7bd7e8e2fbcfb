import type { MetricFamily } from '../../reports/export/metric-family.ts';

/** Who takes metrics: how they are written for it, and how it says no. */
export interface PushReceiver {
  /** The option that named it. */
  readonly flag: string;
  /** Where it is, without anything secret. */
  readonly shown: string;
  readonly secrets: readonly string[];
  /** Whether a sample that is no longer sent stays there as it was, until it is sent as NaN. */
  readonly keepsOldSamples: boolean;
  /** @param startMs when the run began; atMs when the numbers were taken. Both in ms since the epoch. */
  request(families: readonly MetricFamily[], times: { readonly startMs: number; readonly atMs: number }): PushRequest;
  /** What is wrong with an answer of success, if anything. */
  complaint(body: string): string | undefined;
}

export interface PushRequest {
  readonly url: URL;
  readonly method: 'PUT' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
