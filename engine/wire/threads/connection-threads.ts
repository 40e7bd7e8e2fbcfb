import { once } from 'node:events';
import { createServer } from 'node:net';
import { MessageChannel, Worker } from 'node:worker_threads';
import { workerUrl } from '../../worker-url.ts';
import { DEFAULT_HOST, DEFAULT_LIMITS, type ServerOptions, type WireService } from '../options.ts';
import { DEFAULT_GRACE_MS, type RunningServer, urlOf } from '../running-server.ts';
import { SharedCounts } from '../shared-counts.ts';
import { EngineDesk } from './engine-desk.ts';
import type { CloseThread, PlainOptions, ThreadData, ThreadStart } from './messages.ts';
import { CONNECTION_THREAD_NAME } from './thread-name.ts';

const THREAD_URL = workerUrl('./connection-thread', import.meta.url);

/**
 * Serves Kinesis with several connection threads that share one port: the system gives each new connection to one of them. All of
 * them call the service on this thread.
 * @throws the system's error if the port is not available, ENOTSUP for a system that cannot share one.
 */
export async function startConnectionThreads(service: WireService, options: ServerOptions): Promise<RunningServer> {
  if (options.clock !== undefined) throw new TypeError('A clock for signatures needs a server with one thread.');
  const { host = DEFAULT_HOST, port: chosenPort = 0, threads = 1 } = options;
  if (chosenPort !== 0) await checkPort(host, chosenPort);
  const counts = new SharedCounts();
  const data = await dataOf(service, options, counts);
  const started: ConnectionThread[] = [];
  const start = async (port: number): Promise<number> => {
    const thread = new ConnectionThread(service, options, counts, { ...data, options: { ...data.options, port } });
    started.push(thread);
    return thread.listening();
  };
  try {
    // The first one finds the port that the others share.
    const port = await start(chosenPort);
    await Promise.all(Array.from({ length: threads - 1 }, () => start(port)));
    const { certificate } = data;
    return {
      url: urlOf(certificate, host, port),
      port,
      certificate: certificate && { cert: certificate.cert, fingerprint256: certificate.fingerprint256 },
      threads,
      get connectionCount() {
        return counts.connections.count;
      },
      close: async ({ graceMs = DEFAULT_GRACE_MS } = {}) => {
        await Promise.all(started.map((thread) => thread.close(graceMs)));
      },
    };
  } catch (error) {
    await Promise.all(started.map((thread) => thread.end()));
    throw error;
  }
}

/** A port that is shared among threads does not fail when another server shares it, too. So it must be free first. */
async function checkPort(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

async function dataOf(service: WireService, options: ServerOptions, counts: SharedCounts): Promise<ThreadData> {
  const { tls, firehoseOf, control = {} } = options;
  const certificate = tls === undefined ? undefined : await (await import('../certificate.ts')).certificateOf(tls);
  return {
    options: plainOf(options),
    certificate,
    counts: counts.buffer,
    operations: service.operations,
    hasColumns: service.columns !== undefined,
    firehoseOperations: firehoseOf?.(undefined).operations,
    controlNames: Object.keys(control),
  };
}

function plainOf({ host, credentials, cors, collectsGarbage, ...others }: ServerOptions): PlainOptions {
  const limits = Object.entries(others).filter(([name]) => name in DEFAULT_LIMITS);
  return { host, credentials, cors, collectsGarbage, ...Object.fromEntries(limits) };
}

/** One worker thread, and the desk that serves it. */
class ConnectionThread {
  readonly #worker: Worker;
  readonly #desk: EngineDesk;
  #isStarting = true;
  #isEnding = false;

  constructor(service: WireService, options: ServerOptions, counts: SharedCounts, data: ThreadData) {
    const { port1, port2 } = new MessageChannel();
    this.#desk = new EngineDesk(port1, service, options, counts);
    this.#worker = new Worker(THREAD_URL, {
      name: CONNECTION_THREAD_NAME,
      workerData: { data, port: port2 },
      transferList: [port2],
    });
    // Thrown here, an error ends the process, as it does on a server with one thread: never serve with fewer threads.
    this.#worker.on('error', (error) => {
      if (!this.#isStarting) throw error;
    });
    this.#worker.on('exit', (code) => {
      port1.close();
      if (!this.#isEnding && !this.#isStarting) throw new Error(`A connection thread ended with code ${code}.`);
    });
  }

  /** Resolves with the port. @throws the system's error if the thread cannot listen. */
  async listening(): Promise<number> {
    const [start] = (await once(this.#worker, 'message')) as [ThreadStart];
    this.#isStarting = false;
    if (start.kind === 'listening') return start.port;
    throw Object.assign(new Error(start.message), { code: start.code });
  }

  async close(graceMs: number): Promise<void> {
    this.#worker.postMessage({ graceMs } satisfies CloseThread);
    await this.#desk.closed;
    await this.end();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }
}
