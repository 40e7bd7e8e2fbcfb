import type { MetricFamily } from '../../reports/export/metric-family.ts';

/** A receiver of metrics: the format of its requests and of its errors. */
export interface PushReceiver {
  /** The option that configured it. */
  readonly flag: string;
  /** Address without secrets. */
  readonly shown: string;
  readonly secrets: readonly string[];
  /** True if the receiver keeps a sample that is no longer sent, until it receives NaN for it. */
  readonly keepsOldSamples: boolean;
  /** @param times startMs is the start of the run, atMs the time of the numbers, both in ms since the epoch. */
  request(families: readonly MetricFamily[], times: { readonly startMs: number; readonly atMs: number }): PushRequest;
  /** Returns the problem of a successful response, if there is one. */
  complaint(body: string): string | undefined;
}

export interface PushRequest {
  readonly url: URL;
  readonly method: 'PUT' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
