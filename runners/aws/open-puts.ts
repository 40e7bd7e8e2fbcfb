import { ERRORED, REFUSED, type RecordBatch, THROTTLED } from '../../engine/log/record-batch.ts';
import { type CallFault, Counts } from './call-faults.ts';
import type { OpenSlots } from './open-slots.ts';

/** Status of the rows that a call or the service itself failed, by the kind of the fault. */
export const STATUS_OF_FAULT = { throttled: THROTTLED, transient: ERRORED, refused: REFUSED } as const;

/** A response that does not have one entry for each record describes none of them. */
export const LENGTH_MISMATCH: CallFault = { code: 'ResponseOfAnotherLength', kind: 'transient' };

/** One call with a part of a batch. `Rows` are the row of an entry, or all the rows of an aggregate. */
interface PutCall<Rows> {
  /** By entry of the call, and of its response. */
  readonly rows: readonly Rows[];
}

/** A service that takes records: its calls, and the meaning of its responses. */
export interface PutService<Call extends PutCall<Rows>, Entry, Rows> {
  send(call: Call): Promise<readonly Entry[]>;
  /** Sets the status and the shard of the rows of one entry. */
  settle(batch: RecordBatch, rows: Rows, entry: Entry): void;
  settleFault(batch: RecordBatch, rows: Rows, fault: CallFault): void;
  faultOf(error: unknown): CallFault;
}

/**
 * The calls of a producer port that are on their way. A batch is one or more calls; its slot completes with the last of them.
 * The outcome of each record is returned by row, so that only records that failed are put again.
 */
export class OpenPuts<Call extends PutCall<Rows>, Entry, Rows> {
  readonly counts: Counts;
  readonly #service: PutService<Call, Entry, Rows>;
  readonly #slots: OpenSlots;

  constructor(service: PutService<Call, Entry, Rows>, slots: OpenSlots, counts = new Counts()) {
    this.#service = service;
    this.#slots = slots;
    this.counts = counts;
  }

  /** Sends the calls of a batch, which may be none. */
  start(slot: number, batch: RecordBatch, calls: readonly Call[]): void {
    this.#slots.open(slot, calls.length);
    for (const call of calls) void this.#call(slot, batch, call);
  }

  async #call(slot: number, batch: RecordBatch, call: Call): Promise<void> {
    const { rows } = call;
    this.counts.add('calls');
    try {
      const entries = await this.#service.send(call);
      if (entries.length !== rows.length) this.#fail(batch, rows, LENGTH_MISMATCH);
      else for (let i = 0; i < rows.length; i++) this.#service.settle(batch, rows[i]!, entries[i]!);
    } catch (error) {
      this.#fail(batch, rows, this.#service.faultOf(error));
    }
    this.#slots.callEnded(slot);
  }

  #fail(batch: RecordBatch, rows: readonly Rows[], fault: CallFault): void {
    this.counts.add('failedCalls');
    for (const each of rows) this.#service.settleFault(batch, each, fault);
  }
}
