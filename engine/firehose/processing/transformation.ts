import type { Clock } from '../../account/clock.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';
import { whenOverdue } from '../delivery/overdue.ts';
import type { Processed, Processor } from '../delivery/processor.ts';
import { retryWaitMs } from '../delivery/retry-wait.ts';
import { waitOn } from '../delivery/wait.ts';
import { functionBatches } from './function-batches.ts';
import { FAILURES, type InvocationResult, type TransformationFunction } from './function-contract.ts';
import { applyResponse } from './function-response.ts';

export interface TransformationOptions {
  readonly run: TransformationFunction;
  readonly deliveryStreamArn: string;
  readonly region: string;
  readonly sourceKinesisStreamArn?: string | undefined;
  /** Most bytes of data in one call. */
  readonly bufferBytes: number;
  /** Tries after the first one. */
  readonly retries: number;
  readonly clock: Clock;
  /** From 0 to 1, for the jitter of waits. */
  readonly random: () => number;
  readonly newId: () => string;
}

/** Source: guide, data transformation. */
const TIMEOUT_MS = 5 * 60 * 1000;
/** Time on the machine that a call has at least. */
const REAL_MS_MIN = 2000;

/** The service has up to five; with two, the next batch is ready when the function ends the one before. */
const INVOCATIONS_MAX = 2;

/** Sends records through a function, batch by batch, with retries. */
export class Transformation implements Processor {
  readonly #options: TransformationOptions;

  constructor(options: TransformationOptions) {
    this.#options = options;
  }

  async process(input: readonly DeliveryRecord[], signal: AbortSignal): Promise<Processed> {
    const done: Processed[] = [];
    const running: Promise<Processed>[] = [];
    for (const batch of functionBatches(input, this.#options.bufferBytes)) {
      if (running.length === INVOCATIONS_MAX) done.push(await running.shift()!);
      running.push(this.#transform(batch, signal));
    }
    done.push(...(await Promise.all(running)));
    return joined(done);
  }

  close(): Promise<void> {
    return this.#options.run.close();
  }

  async #transform(batch: readonly DeliveryRecord[], signal: AbortSignal): Promise<Processed> {
    const { clock, retries, random } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const result = await this.#invoke(batch, signal);
      // The batch is neither delivered nor failed: the stream is deleted, or starts again with it.
      if (signal.aborted) return { records: [], failed: [], dropped: 0 };
      if (result.kind === 'returned') return applyResponse(batch, result.records, { attemptsMade: attempt, clock });
      if (!result.isRetriable || attempt > retries) {
        const { errorCode, errorMessage } = result;
        const end = { errorCode, errorMessage, attemptsMade: attempt, attemptEndedAtMs: clock.nowMs() };
        return { records: [], failed: batch.map((record) => ({ record, ...end })), dropped: 0 };
      }
      await waitOn(clock, retryWaitMs(attempt, random), signal);
    }
  }

  async #invoke(records: readonly DeliveryRecord[], signal: AbortSignal): Promise<InvocationResult> {
    const { run, clock, newId, deliveryStreamArn, region, sourceKinesisStreamArn } = this.#options;
    const timeout = new AbortController();
    const callOff = whenOverdue(clock, TIMEOUT_MS, () => timeout.abort(), REAL_MS_MIN);
    const invocation = { invocationId: newId(), deliveryStreamArn, region, sourceKinesisStreamArn, records };
    try {
      const result = await run.invoke(invocation, AbortSignal.any([signal, timeout.signal]));
      return timeout.signal.aborted ? FAILURES.timedOut() : result;
    } finally {
      callOff();
    }
  }
}

function joined(parts: readonly Processed[]): Processed {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return {
    records: parts.flatMap(({ records }) => records),
    failed: parts.flatMap(({ failed }) => failed),
    dropped: parts.reduce((sum, { dropped }) => sum + dropped, 0),
  };
}
