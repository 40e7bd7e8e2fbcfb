import { setTimeout as sleep } from 'node:timers/promises';
import { faultOf } from './call-faults.ts';
import { type AwsResource, resourceMayBeLeft } from './resource-errors.ts';

/** Streams and consumers take some 10 to 60 s on AWS. */
const READY_TIMEOUT_MS = 180_000;
/** DescribeStreamSummary may be called 20 times a second in an account. */
const LOOK_INTERVAL_MS = 250;
/** Failed calls that a wait tolerates, so that a missing endpoint is reported soon. */
const FAULTS_MAX = 5;
const TIMEOUTS: ReadonlySet<string> = new Set(['TimeoutError', 'ETIMEDOUT']);
const THROTTLED_ATTEMPTS = 20;
const THROTTLED_WAIT_MS = 500;
const INSIST_ATTEMPTS = 8;
const INSIST_WAIT_MS = 500;
const INSIST_WAIT_MS_MAX = 5000;

/** Calls that create, delete and describe resources, with the retries that each kind of call needs. */
export class ControlCalls {
  readonly #signal: AbortSignal | undefined;
  readonly #wait: (ms: number) => Promise<unknown>;

  /** @param signal aborted when nobody waits for the resources any more. It stops no deletion. */
  constructor(signal?: AbortSignal, wait: (ms: number) => Promise<unknown> = (ms) => sleep(ms)) {
    this.#signal = signal;
    this.#wait = wait;
  }

  /**
   * Calls again when a call fails or comes too early: a stream that is just being resharded is free when that is done. What
   * is gone already is no fault.
   */
  async insist(call: () => Promise<unknown>): Promise<void> {
    let waitedMs = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        await call();
        return;
      } catch (error) {
        const { code, kind } = faultOf(error);
        if (code === 'ResourceNotFoundException') return;
        const isInUse = code === 'ResourceInUseException';
        const mayHelp = isInUse ? waitedMs < READY_TIMEOUT_MS : kind !== 'refused' && attempt < INSIST_ATTEMPTS;
        if (!mayHelp) throw error;
        const waitMs = Math.min(INSIST_WAIT_MS * attempt, INSIST_WAIT_MS_MAX);
        waitedMs += waitMs;
        await this.#wait(waitMs);
      }
    }
  }

  /**
   * Creates a resource that the run deletes afterwards. Fails if one of that name exists.
   * @param describe fails if the resource does not exist.
   * @throws RunnerError also if the response was lost and the resource exists: its owner is unknown then, so it stays, and
   *   the user is informed.
   */
  async create(resource: AwsResource, call: () => Promise<unknown>, describe: () => Promise<unknown>): Promise<void> {
    try {
      await this.unthrottled(call);
    } catch (error) {
      if (faultOf(error).kind !== 'transient' || !(await succeeds(describe))) throw error;
      throw resourceMayBeLeft(resource, error);
    }
  }

  /** Control calls have rates of a few a second in an account, which others use too. A throttled one did nothing. */
  async unthrottled<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      this.#signal?.throwIfAborted();
      try {
        return await call();
      } catch (error) {
        if (faultOf(error).kind !== 'throttled' || attempt === THROTTLED_ATTEMPTS) throw error;
        await this.#wait(THROTTLED_WAIT_MS * (0.5 + Math.random()));
      }
    }
  }

  /**
   * Calls `look` until it returns something.
   * @param what completes the message after the time limit: `waited 180 s for ...`.
   * @param isNew the resource was just created, so that it may not be found yet.
   */
  async until<T>(what: string, isNew: boolean, look: () => Promise<T | undefined>): Promise<T> {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    let faults = 0;
    for (;;) {
      this.#signal?.throwIfAborted();
      const found = await look().catch((error: unknown) => {
        const { kind, code } = faultOf(error);
        if (kind === 'refused' && !(isNew && code === 'ResourceNotFoundException')) throw error;
        // Each further timeout would be waited for as long as this one.
        if (TIMEOUTS.has(code)) throw error;
        faults += kind === 'transient' ? 1 : 0;
        if (faults > FAULTS_MAX) throw error;
        return undefined;
      });
      if (found !== undefined) return found;
      if (performance.now() > deadlineMs) throw new Error(`waited ${READY_TIMEOUT_MS / 1000} s for ${what}`);
      await this.#wait(LOOK_INTERVAL_MS);
    }
  }
}

const succeeds = (call: () => Promise<unknown>): Promise<boolean> =>
  call().then(
    () => true,
    () => false,
  );
