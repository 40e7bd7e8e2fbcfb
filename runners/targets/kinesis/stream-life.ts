import { setTimeout as sleep } from 'node:timers/promises';
import type { Kinesis } from '@aws-sdk/client-kinesis';
import type { KinesisTargetSpec } from '../../../workloads/targets/kinesis.ts';
import { faultOf } from '../../aws/call-faults.ts';
import { ForeignResponseError } from '../../aws/foreign-responses.ts';
import { KINESIS } from '../../aws/service.ts';
import { mayBeLeft } from '../../aws/stream-errors.ts';

/** Streams and consumers take some 10 to 60 s on AWS. */
const READY_TIMEOUT_MS = 180_000;
/** DescribeStreamSummary may be called 20 times a second in an account. */
const LOOK_INTERVAL_MS = 250;
/** Failed calls that a wait tolerates, so that a missing endpoint is reported soon. */
const FAULTS_MAX = 5;
const KIBIBYTE = 1024;
/** Default record size of a stream. */
const PLAIN_RECORD_KIB = 1024;

/**
 * The stream of a run: creates the resources that the scenario needs, and deletes everything that it created, in the
 * opposite order and whatever else fails, because AWS bills resources while they exist.
 */
export class StreamLife {
  readonly #client: Kinesis;
  readonly #spec: KinesisTargetSpec;
  readonly #signal: AbortSignal | undefined;
  readonly #wait: (ms: number) => Promise<unknown>;
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(
    client: Kinesis,
    spec: KinesisTargetSpec,
    signal?: AbortSignal,
    wait: (ms: number) => Promise<unknown> = (ms) => sleep(ms),
  ) {
    this.#client = client;
    this.#spec = spec;
    this.#signal = signal;
    this.#wait = wait;
  }

  /**
   * Makes the stream. Fails when one of that name is there, because it would be deleted afterwards.
   * @throws RunnerError also if the response was lost and the stream exists: its owner is unknown then, so it
   *   stays, and the user is informed.
   */
  async create(): Promise<void> {
    const { create, stream, maxRecordBytes } = this.#spec;
    if (create === undefined) return;
    const recordKib = Math.ceil(maxRecordBytes / KIBIBYTE);
    const input = {
      StreamName: stream,
      ...(create.mode === 'provisioned'
        ? { ShardCount: create.shards }
        : { StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } }),
      ...(recordKib > PLAIN_RECORD_KIB ? { MaxRecordSizeInKiB: recordKib } : {}),
    };
    try {
      await this.#unthrottled(() => this.#client.createStream(input));
    } catch (error) {
      if (faultOf(error).kind === 'transient' && (await this.#isThere())) throw mayBeLeft(this.#spec, error);
      throw error;
    }
    this.#undo.push(() => this.#client.deleteStream({ StreamName: stream, EnforceConsumerDeletion: true }));
  }

  async #isThere(): Promise<boolean> {
    try {
      await this.#client.describeStreamSummary({ StreamName: this.#spec.stream });
      return true;
    } catch {
      return false;
    }
  }

  /** Waits until the stream takes records. @returns its ARN. */
  async awaitActive(): Promise<string> {
    const { stream, create } = this.#spec;
    return this.#until(`stream ${stream} to become ACTIVE`, create !== undefined, async () => {
      const { StreamDescriptionSummary: summary } = await this.#client.describeStreamSummary({ StreamName: stream });
      if (summary === undefined) throw new ForeignResponseError(KINESIS, 200, 'without a description of the stream');
      const takesRecords = summary?.StreamStatus === 'ACTIVE' || summary?.StreamStatus === 'UPDATING';
      return takesRecords ? (summary.StreamARN ?? '') : undefined;
    });
  }

  /** @returns the consumer's ARN, once it may subscribe. */
  async registerConsumer(streamArn: string, name: string): Promise<string> {
    const consumer = { StreamARN: streamArn, ConsumerName: name };
    // The name belongs only to this run, so the consumer can be deleted even if the outcome of the call is unknown.
    this.#undo.push(() => this.#client.deregisterStreamConsumer(consumer));
    const { Consumer } = await this.#unthrottled(() => this.#client.registerStreamConsumer(consumer));
    const arn = Consumer?.ConsumerARN ?? '';
    return this.#until(`consumer ${name} to become ACTIVE`, true, async () => {
      const { ConsumerDescription } = await this.#client.describeStreamConsumer({ ConsumerARN: arn });
      return ConsumerDescription?.ConsumerStatus === 'ACTIVE' ? arn : undefined;
    });
  }

  /** Deletes what this run created. @returns the errors of failed deletions. */
  async end(): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      await this.#insist(undo).catch((error: unknown) => errors.push(error));
    }
    return errors;
  }

  /**
   * Calls again when a call fails or comes too early: a stream that is just being resharded is free when that is done. What
   * is gone already is no fault.
   */
  async #insist(call: () => Promise<unknown>): Promise<void> {
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

  /** Control calls have rates of a few a second in an account, which others use too. A throttled one did nothing. */
  async #unthrottled<T>(call: () => Promise<T>): Promise<T> {
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

  async #until<T>(what: string, isNew: boolean, look: () => Promise<T | undefined>): Promise<T> {
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

const TIMEOUTS: ReadonlySet<string> = new Set(['TimeoutError', 'ETIMEDOUT']);
const THROTTLED_ATTEMPTS = 20;
const THROTTLED_WAIT_MS = 500;
const INSIST_ATTEMPTS = 8;
const INSIST_WAIT_MS = 500;
const INSIST_WAIT_MS_MAX = 5000;
