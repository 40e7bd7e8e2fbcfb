import { randomUUID } from 'node:crypto';
import type { Clock } from '../../account/clock.ts';
import type { FailedRecord } from './delivery-record.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { MemoryBuffer, type TakenItems } from './memory-buffer.ts';
import { Outlet } from './outlet.ts';
import { retryWaitMs } from './retry-wait.ts';
import type { ErrorOutput } from './route.ts';
import { waitOn } from './wait.ts';
import { countdown } from './waiting.ts';

export interface ErrorOutletParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly budget: MemoryBudget;
  readonly signal: AbortSignal;
  readonly onWritten: (failed: readonly FailedRecord[], bytes: number) => void;
}

/** Failed records on their way to the error output, each kind with a buffer of its own. */
export class ErrorOutlets {
  readonly #parts: ErrorOutletParts;
  readonly #kinds = new Map<
    string,
    { readonly buffer: MemoryBuffer<FailedRecord>; readonly outlet: Outlet<TakenItems<FailedRecord>> }
  >();
  #output: ErrorOutput;

  constructor(output: ErrorOutput, parts: ErrorOutletParts) {
    this.#output = output;
    this.#parts = parts;
  }

  /** Writes what waits, and what follows, to another output. */
  set output(output: ErrorOutput) {
    this.#output = output;
    for (const { outlet } of this.#kinds.values()) outlet.hints = output.hints;
  }

  get isIdle(): boolean {
    return [...this.#kinds.values()].every(({ outlet }) => outlet.isIdle);
  }

  /** @param settled called once all of them are written. */
  add(failed: readonly FailedRecord[], settled: () => void): void {
    const kinds = [...Map.groupBy(failed, (each) => this.#output.typeOf(each))];
    const done = countdown(kinds.length, settled);
    for (const [type, members] of kinds) {
      const { buffer, outlet } = this.#kind(type);
      buffer.add(members, this.#parts.clock.nowMs(), done);
      outlet.check();
    }
  }

  flush(): void {
    for (const { outlet } of this.#kinds.values()) outlet.flush();
  }

  async ended(): Promise<void> {
    await Promise.all([...this.#kinds.values()].map(({ outlet }) => outlet.ended()));
  }

  #kind(type: string) {
    let kind = this.#kinds.get(type);
    if (kind === undefined) {
      const { budget, clock, signal } = this.#parts;
      const buffer = new MemoryBuffer<FailedRecord>(({ record }) => record.original.length, budget);
      const deliver = (taken: TakenItems<FailedRecord>) => this.#write(taken, type);
      kind = { buffer, outlet: new Outlet(buffer, this.#output.hints, { clock, signal, deliver }) };
      this.#kinds.set(type, kind);
    }
    return kind;
  }

  /** Tries until the failed records are written: there is no other place for them. */
  async #write(taken: TakenItems<FailedRecord>, type: string): Promise<void> {
    const { clock, random, signal, onWritten } = this.#parts;
    const id = randomUUID();
    for (let attempt = 1; !signal.aborted; attempt++) {
      const outcome = await this.#output.write(taken.items, type, id, signal);
      if (outcome.kind === 'stored') {
        onWritten(taken.items, taken.bytes);
        taken.settle();
        return;
      }
      await waitOn(clock, retryWaitMs(attempt, random), signal);
    }
  }
}
