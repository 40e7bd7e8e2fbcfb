import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaTargetSpec } from '../../../workloads/targets/kafka.ts';
import { RunningCommand } from '../../running-command.ts';
import type { BrokerControl } from '../broker-control.ts';
import { openClient } from './kafka-client.ts';
import { kafkaProblem } from './kafka-errors.ts';

/** A busy machine needs half a minute for what an idle one does in three seconds. */
const READY_MS_MAX = 120_000;
const LOOK_MS = 100;

/** The brokers that the commands of a scenario start. */
export class BrokerCommands implements BrokerControl {
  readonly #spec: KafkaTargetSpec;
  readonly #signal: AbortSignal | undefined;
  readonly #running = new Map<string, RunningCommand>();

  constructor(spec: KafkaTargetSpec, signal?: AbortSignal) {
    this.#spec = spec;
    this.#signal = signal;
  }

  /** Starts every command, and waits for as many brokers. @throws RunnerError RUNNER_TARGET_FAILED */
  async open(): Promise<void> {
    const { commands = {} } = this.#spec;
    for (const [name, command] of Object.entries(commands)) this.#running.set(name, new RunningCommand(command));
    await this.#untilBrokers(this.#running.size);
  }

  async stop(broker: string): Promise<void> {
    const running = this.#running.get(broker);
    this.#running.delete(broker);
    await running?.kill();
  }

  async start(broker: string): Promise<void> {
    const command = this.#spec.commands?.[broker];
    if (command === undefined) throw new Error(`the target has no command for a broker named ${broker}`);
    this.#running.set(broker, new RunningCommand(command));
    await this.#untilBrokers(this.#running.size);
  }

  /** Ends every broker. Those of a cluster would wait for each other, so none is asked politely. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((running) => running.kill()));
    this.#running.clear();
  }

  async #untilBrokers(count: number): Promise<void> {
    const untilMs = performance.now() + READY_MS_MAX;
    while ((await this.#brokerCount()) < count) {
      this.#signal?.throwIfAborted();
      for (const [name, { ended, lastLines }] of this.#running) {
        if (ended === undefined) continue;
        const printed = lastLines === '' ? '' : `; its output: ${lastLines}`;
        const what = `the command of ${name} ended: ${ended}${printed}`;
        throw kafkaProblem(this.#spec, what, 'Run the command by hand. It must stay in the foreground.');
      }
      if (performance.now() > untilMs) {
        const what = `the cluster does not have ${count} brokers ${READY_MS_MAX / 1000} s after their commands`;
        throw kafkaProblem(
          this.#spec,
          what,
          'Check that the commands start brokers of the cluster that brokers names.',
        );
      }
      await sleep(LOOK_MS);
    }
  }

  /** 0 while no broker responds. */
  async #brokerCount(): Promise<number> {
    const client = openClient(this.#spec, { retries: 0 });
    try {
      return (await client.metadata({ topics: [] })).brokers.size;
    } catch {
      return 0;
    } finally {
      await client.close().catch(() => {});
    }
  }
}
