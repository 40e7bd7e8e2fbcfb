/** The thread that makes the load of the wire benchmarks. */

import { parentPort, workerData } from 'node:worker_threads';
import { LoadConnection, type OnResponse, type Response } from './wire-load-connection.ts';
import { RedisLoadConnection } from './wire-load-redis.ts';
import { type RequestPlan, requestBytesOf } from './wire-request.ts';

export interface LoadData {
  readonly port: number;
  readonly connections: number;
  readonly plan: RequestPlan;
  /** Text that the body of every good response contains. */
  readonly expected: string;
  /** Sends for this long, the warm-up unmeasured; without it, each request once. */
  readonly forMs?: { readonly warmUp: number; readonly window: number } | undefined;
}

export interface LoadEnd {
  /** Good responses in the window; 0 without a window. */
  readonly callsPerSecond: number;
  /** Good responses in total. */
  readonly calls: number;
  /** Number of wrong responses, and the first of them. */
  readonly failures: number;
  readonly firstFailure: string | undefined;
  /** CPU time of this thread over the window. */
  readonly cpuRatio: number;
}

type Connection = LoadConnection | RedisLoadConnection;

const FAILURE_SHOWN_BYTES = 500;

class Load {
  readonly #data: LoadData;
  readonly #requests: readonly Buffer[];
  readonly #expected: Buffer;
  #nextRequest = 0;
  #isEnding = false;
  #busy = 0;
  #calls = 0;
  #failures = 0;
  #firstFailure: string | undefined;

  constructor(data: LoadData) {
    this.#data = data;
    this.#requests = requestBytesOf(data.plan);
    this.#expected = Buffer.from(data.expected);
  }

  async run(): Promise<LoadEnd> {
    const { port, connections, forMs } = this.#data;
    const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
    const open: Connection[] = [];
    for (let i = 0; i < connections; i++) {
      const onResponse = (response: Response) => {
        this.#count(response);
        if (!this.#sendNext(connection)) end();
      };
      const connection = this.#connect(port, onResponse, fail);
      open.push(connection);
    }
    this.#busy = connections;
    for (const connection of open) this.#sendNext(connection);
    try {
      const window = forMs === undefined ? undefined : await Promise.race([this.#window(forMs), ended]);
      if (forMs !== undefined) this.#isEnding = true;
      await ended;
      return {
        callsPerSecond: window?.callsPerSecond ?? 0,
        cpuRatio: window?.cpuRatio ?? 0,
        calls: this.#calls,
        failures: this.#failures,
        firstFailure: this.#firstFailure,
      };
    } finally {
      for (const connection of open) connection.close();
    }
  }

  #connect(port: number, onResponse: OnResponse, fail: (error: Error) => void): Connection {
    const { operation, records } = this.#data.plan;
    return operation === 'XADD'
      ? new RedisLoadConnection({ port, repliesPerRequest: records }, onResponse, fail)
      : new LoadConnection(port, onResponse, fail);
  }

  /** False when there is nothing to send any more and this was the last connection. */
  #sendNext(connection: Connection): boolean {
    const isDone = this.#isEnding || (this.#data.forMs === undefined && this.#nextRequest === this.#requests.length);
    if (isDone) {
      this.#busy -= 1;
      return this.#busy > 0;
    }
    if (this.#nextRequest === this.#requests.length) this.#nextRequest = 0;
    connection.send(this.#requests[this.#nextRequest]!);
    this.#nextRequest += 1;
    return true;
  }

  #count({ status, body }: Response): void {
    if (status === 200 && body.includes(this.#expected)) {
      this.#calls += 1;
      return;
    }
    this.#failures += 1;
    this.#firstFailure ??= `${status} ${body.toString('utf8', 0, FAILURE_SHOWN_BYTES)}`;
  }

  async #window({ warmUp, window }: NonNullable<LoadData['forMs']>) {
    await new Promise((resolve) => setTimeout(resolve, warmUp));
    const startMs = performance.now();
    const callsBefore = this.#calls;
    const cpuBefore = process.threadCpuUsage();
    await new Promise((resolve) => setTimeout(resolve, window));
    const seconds = (performance.now() - startMs) / 1e3;
    const cpu = process.threadCpuUsage(cpuBefore);
    return {
      callsPerSecond: (this.#calls - callsBefore) / seconds,
      cpuRatio: (cpu.user + cpu.system) / 1e6 / seconds,
    };
  }
}

if (parentPort !== null) parentPort.postMessage(await new Load(workerData as LoadData).run());
