import type { Base, Broker, Connection } from '@platformatic/kafka';
import { withoutUncaughtErrors } from './kafka-client.ts';

/** The time between two looks for new leaders, and for partitions that somebody else added. Java's client looks after 5 min. */
const REFRESH_MS = 5000;
/** Looks that follow an error come at most so often. */
const REFRESH_AFTER_ERROR_MS = 100;

/** The partitions of the topic and their leaders, as this thread knows them. */
export class TopicView {
  readonly #client: Base;
  readonly #topic: string;
  #leaders: number[] = [];
  #brokers: ReadonlyMap<number, Broker> = new Map();
  #refreshing: Promise<void> | undefined;
  #refreshedAtMs = Number.NEGATIVE_INFINITY;

  constructor(client: Base, topic: string) {
    this.#client = client;
    this.#topic = topic;
  }

  get partitionCount(): number {
    return this.#leaders.length;
  }

  /** Node of the leader; -1 while the partition has none. */
  leaderOf(partition: number): number {
    return this.#leaders[partition] ?? -1;
  }

  get isOld(): boolean {
    return performance.now() > this.#refreshedAtMs + REFRESH_MS;
  }

  /** Reads the metadata again. Callers at the same time share one request. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** The same, unless it was done a moment ago; errors are left to the next one. */
  async refreshAfterError(): Promise<void> {
    if (performance.now() < this.#refreshedAtMs + REFRESH_AFTER_ERROR_MS) return;
    await this.refresh().catch(() => {});
  }

  /** @throws NetworkError when the broker is unknown or does not accept connections. */
  async connectionTo(node: number): Promise<Connection> {
    const broker = this.#brokers.get(node);
    if (broker === undefined) throw new Error(`there is no broker with node id ${node}`);
    return withoutUncaughtErrors(await this.#client.connections.get(broker));
  }

  async #read(): Promise<void> {
    this.#client.clearMetadata();
    const metadata = await this.#client.metadata({ topics: [this.#topic], forceUpdate: true });
    const topic = metadata.topics.get(this.#topic);
    this.#refreshedAtMs = performance.now();
    if (topic === undefined) return;
    this.#brokers = metadata.brokers;
    // A broker that lags behind may still report fewer partitions; a topic never loses any.
    if (topic.partitions.length < this.#leaders.length) return;
    this.#leaders = topic.partitions.map(({ leader }) => leader);
  }
}
