import type { Clock } from '../../account/clock.ts';
import { jsonOf, memberOf } from '../../plain-json.ts';
import type { DeliveryBatch, DeliveryOutcome, Destination } from '../delivery/destination.ts';
import { waitOn } from '../delivery/wait.ts';
import { Cookies } from './cookies.ts';
import { HttpClient, type HttpFailure, type HttpResponse } from './http-client.ts';
import { errorOfFailure, errorOfStatus, hecCodeOf, type SplunkError, splunkError } from './splunk-errors.ts';

export interface SplunkOptions {
  readonly hecEndpoint: string;
  readonly hecEndpointType: 'Raw' | 'Event';
  readonly hecToken: string;
  readonly ackTimeoutMs: number;
  /** A UUID: acknowledgement ids count for each channel. */
  readonly channel: string;
}

const RESPONSE_BYTES_MAX = 1024 * 1024;

/** The first poll comes soon, because an idle indexer acknowledges at once; each pause is twice as long as the one before. */
const POLL_PAUSE_MIN_MS = 1000;
const POLL_PAUSE_MAX_MS = 10_000;

/** The channel is missing, or is not known to this indexer. */
const CHANNEL_CODES = new Set([10, 11]);

/**
 * Delivers to the HTTP event collector of Splunk, and waits until the indexer acknowledges. All requests use one connection
 * and the cookies that they got: only the process that took the events knows of their acknowledgement.
 */
export class SplunkDestination implements Destination {
  readonly #options: SplunkOptions;
  readonly #base: string;
  readonly #clock: Clock;
  readonly #client: HttpClient;
  readonly #cookies = new Cookies();

  constructor(options: SplunkOptions, clock: Clock) {
    this.#options = options;
    this.#base = `${options.hecEndpoint.replace(/\/+$/, '')}/services/collector`;
    this.#clock = clock;
    this.#client = new HttpClient(clock, 1);
  }

  async deliver(batch: DeliveryBatch, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { hecEndpointType, hecToken, ackTimeoutMs } = this.#options;
    const deadlineMs = this.#clock.nowMs() + ackTimeoutMs;
    const path = hecEndpointType === 'Raw' ? 'raw' : 'event';
    const body = Buffer.concat(batch.pieces ?? batch.records.map(({ data }) => data));
    const response = await this.#post(path, body, deadlineMs, signal);
    if (response.kind === 'failure') return errorOfFailure(response);
    if (response.status !== 200 || hecCodeOf(response.body) !== 0) return errorOfStatus(response, [hecToken]);
    const ackId = memberOf(jsonOf(response.body.toString()), 'ackId');
    // A token without indexer acknowledgement returns success only.
    if (typeof ackId !== 'number') return splunkError('DisabledAck');
    return this.#acknowledged(ackId, deadlineMs, signal);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #acknowledged(ackId: number, deadlineMs: number, signal: AbortSignal): Promise<DeliveryOutcome> {
    const body = Buffer.from(JSON.stringify({ acks: [ackId] }));
    let pauseMs = POLL_PAUSE_MIN_MS;
    for (;;) {
      await waitOn(this.#clock, Math.min(pauseMs, deadlineMs - this.#clock.nowMs()), signal);
      if (signal.aborted) return splunkError('ConnectionClosed');
      // A clock that jumped to the end of the timeout leaves time for one poll.
      const isLast = this.#clock.nowMs() >= deadlineMs;
      const response = await this.#post('ack', body, deadlineMs, signal);
      const end = this.#judgePoll(response, ackId);
      if (end !== undefined) return end;
      if (isLast) return splunkError('AckTimeout');
      pauseMs = Math.min(2 * pauseMs, POLL_PAUSE_MAX_MS);
    }
  }

  /** Undefined if the acknowledgement may still come: also after a poll that failed, because the events were accepted. */
  #judgePoll(response: HttpResponse | HttpFailure, ackId: number): DeliveryOutcome | SplunkError | undefined {
    if (response.kind === 'failure') return undefined;
    const { status, body } = response;
    if (status === 200) {
      const isAcknowledged = memberOf(memberOf(jsonOf(body.toString()), 'acks'), String(ackId)) === true;
      return isAcknowledged ? { kind: 'delivered' } : undefined;
    }
    if (status >= 500) return undefined;
    // The channel took events a moment ago, so another indexer responds.
    if (CHANNEL_CODES.has(hecCodeOf(body) ?? -1)) return splunkError('ProxyWithoutStickySessions');
    return errorOfStatus(response, [this.#options.hecToken]);
  }

  async #post(
    path: 'raw' | 'event' | 'ack',
    body: Uint8Array,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<HttpResponse | HttpFailure> {
    const response = await this.#client.post(
      {
        url: new URL(`${this.#base}/${path}`),
        headers: {
          Authorization: `Splunk ${this.#options.hecToken}`,
          'X-Splunk-Request-Channel': this.#options.channel,
          'Content-Type': path === 'raw' ? 'text/plain; charset=utf-8' : 'application/json',
          ...this.#cookies.headers,
        },
        body,
        timeoutMs: Math.max(0, deadlineMs - this.#clock.nowMs()),
        responseBytesMax: RESPONSE_BYTES_MAX,
      },
      signal,
    );
    if (response.kind === 'response') this.#cookies.keep(response.headers['set-cookie']);
    return response;
  }
}
