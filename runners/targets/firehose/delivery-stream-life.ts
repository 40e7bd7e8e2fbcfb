import type { Firehose } from '@aws-sdk/client-firehose';
import type { FirehoseTargetSpec } from '../../../workloads/targets/firehose.ts';
import { ControlCalls } from '../../aws/control-calls.ts';
import { ForeignResponseError } from '../../aws/foreign-responses.ts';
import { FIREHOSE } from '../../aws/service.ts';
import { creationInput } from './creation-input.ts';
import { deliveryStreamResource } from './delivery-stream-errors.ts';
import type { ReadingPlace } from './reading-place.ts';

/** The delivery stream of a run: creates it if the scenario has create, and deletes what it created. */
export class DeliveryStreamLife {
  readonly #client: Firehose;
  readonly #spec: FirehoseTargetSpec;
  readonly #place: ReadingPlace;
  readonly #calls: ControlCalls;
  #isCreated = false;

  constructor(
    client: Firehose,
    spec: FirehoseTargetSpec,
    place: ReadingPlace,
    signal?: AbortSignal,
    wait?: (ms: number) => Promise<unknown>,
  ) {
    this.#client = client;
    this.#spec = spec;
    this.#place = place;
    this.#calls = new ControlCalls(signal, wait);
  }

  /** @throws RunnerError as `ControlCalls.create` does. */
  async create(): Promise<void> {
    const { create, deliveryStream } = this.#spec;
    if (create === undefined) return;
    const input = creationInput(deliveryStream, create, this.#place);
    await this.#calls.create(
      deliveryStreamResource(this.#spec),
      () => this.#client.createDeliveryStream(input),
      () => this.#status(),
    );
    this.#isCreated = true;
  }

  /** Waits until the delivery stream takes records. */
  async awaitActive(): Promise<void> {
    const { deliveryStream, create } = this.#spec;
    const what = `delivery stream ${deliveryStream} to become ACTIVE`;
    await this.#calls.until(what, create !== undefined, async () => {
      const status = await this.#status();
      // The state of a delivery stream whose key or role Firehose cannot use.
      if (status === 'CREATING_FAILED') throw new Error(`delivery stream ${deliveryStream} is CREATING_FAILED`);
      return status === 'ACTIVE' ? status : undefined;
    });
  }

  /** Deletes the delivery stream that this run created. @returns the errors of failed deletions. */
  async end(): Promise<unknown[]> {
    if (!this.#isCreated) return [];
    this.#isCreated = false;
    const input = { DeliveryStreamName: this.#spec.deliveryStream };
    const errors: unknown[] = [];
    await this.#calls
      .insist(() => this.#client.deleteDeliveryStream(input))
      .catch((error: unknown) => errors.push(error));
    return errors;
  }

  async #status(): Promise<string | undefined> {
    const input = { DeliveryStreamName: this.#spec.deliveryStream };
    const { DeliveryStreamDescription: described } = await this.#client.describeDeliveryStream(input);
    if (described === undefined)
      throw new ForeignResponseError(FIREHOSE, 200, 'without a description of the delivery stream');
    return described.DeliveryStreamStatus;
  }
}
