import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, type ConsumerOptions, type Message, type MessagesStream } from '@platformatic/kafka';
import type { GroupConsumerSpec } from '../../../workloads/scenario.ts';
import { Counts } from '../../aws/call-faults.ts';
import { emptyEnvelope, readEnvelope } from '../envelope.ts';
import type { ConsumerContext, ConsumerPort, Receiver } from '../target.ts';
import { clientOptions } from './kafka-client.ts';
import { kafkaFailed } from './kafka-errors.ts';
import { kafkaFaultOf } from './kafka-faults.ts';
import { groupIdOf, type KafkaHandle } from './kafka-handle.ts';

/** A member that leaves waits for its last commit; one that hangs must not delay the run. */
const LEAVE_MS_MAX = 5000;
const JOIN_MS_MAX = 60_000;
const LOOK_MS = 20;
/** After a rebalance the library reads its offsets again, and may fetch records twice meanwhile. */
const SETTLED_MS = 1500;
const READ_UNCOMMITTED = 0;

type Member = Consumer<Buffer, Buffer, Buffer, Buffer>;
type GroupMessage = Message<Buffer, Buffer, Buffer, Buffer>;
type MemberOptions = ConsumerOptions<Buffer, Buffer, Buffer, Buffer>;

/**
 * A consumer group whose members are the client library's. Groups, assignments, fetches and commits are what a program with this
 * library has; the harness only counts and times them.
 */
export class KafkaGroupConsumerPort implements ConsumerPort {
  readonly #handle: KafkaHandle;
  readonly #spec: GroupConsumerSpec;
  readonly #now: () => number;
  readonly #wake: () => void;
  readonly #envelope = emptyEnvelope();
  readonly #counts = new Counts();
  readonly #members: Member[] = [];
  readonly #streams: MessagesStream<Buffer, Buffer, Buffer, Buffer>[] = [];
  #arrived: GroupMessage[] = [];
  #failure: unknown;
  /** Since when a rebalance has kept a member from reading; undefined if none does. */
  readonly #pausedSinceMs = new Map<Member, number>();
  readonly trimmedRecords = 0;

  constructor(handle: KafkaHandle, spec: GroupConsumerSpec, { now, wake }: ConsumerContext) {
    this.#handle = handle;
    this.#spec = spec;
    this.#now = now;
    this.#wake = wake ?? (() => {});
  }

  /** Joins with every member, and waits until the partitions are shared out, so that the joins are not measured. */
  async open(): Promise<void> {
    try {
      for (let i = 0; i < this.#spec.members; i++) await this.#join();
      const untilMs = performance.now() + JOIN_MS_MAX;
      let settledAtMs = performance.now();
      while (performance.now() < settledAtMs + SETTLED_MS) {
        if (!this.#isSettled) settledAtMs = performance.now();
        if (performance.now() > untilMs)
          throw new Error(`the group has not assigned every partition in ${JOIN_MS_MAX} ms`);
        await sleep(LOOK_MS);
      }
    } catch (error) {
      throw kafkaFailed(this.#handle.spec, error);
    }
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#counts.byName;
  }

  get notes(): readonly string[] {
    const { name, members, protocol } = this.#spec;
    const { joins = 0, rebalances = 0, rebalanceMs = 0 } = this.#counts.byName;
    const paused = rebalances === 0 ? '' : `, which paused its members for ${Math.round(rebalanceMs)} ms in total`;
    return [
      `Group ${name} of ${members} (${protocol} protocol) had ${joins} joins and ${rebalances} rebalances${paused}.`,
    ];
  }

  poll(_nowNs: number, receiver: Receiver): number {
    if (this.#failure !== undefined) throw this.#failure;
    const messages = this.#arrived;
    if (messages.length === 0) return 0;
    this.#arrived = [];
    const nowNs = this.#now();
    let count = 0;
    for (const message of messages) if (this.#give(message, nowNs, receiver)) count += 1;
    return count;
  }

  /** Waits are on the event loop. */
  sleep(): void {}

  async close(): Promise<void> {
    const closing = this.#members.map(async (member, i) => {
      await this.#streams[i]?.close().catch(() => {});
      await member.close(true).catch(() => {});
    });
    await Promise.race([Promise.allSettled(closing), sleep(LEAVE_MS_MAX, undefined, { ref: false })]);
  }

  #give({ key, value, partition }: GroupMessage, nowNs: number, receiver: Receiver): boolean {
    const envelope = this.#envelope;
    const bytes = new DataView(value.buffer, value.byteOffset, value.byteLength);
    if (!readEnvelope(bytes, 0, value.length, this.#handle.runId, envelope)) {
      this.#counts.add('foreignRecords');
      return false;
    }
    const { source, keyIndex, keyCounter, intendedAtNs, handedOverAtNs } = envelope;
    receiver.begin(Math.min(partition, this.#handle.shardCapacity), handedOverAtNs, handedOverAtNs, nowNs);
    receiver.receive(source, keyIndex, keyCounter, intendedAtNs, value.length + (key?.length ?? 0));
    receiver.end();
    return true;
  }

  /** Every partition has one member, and no member waits for partitions that another one still has. */
  get #isSettled(): boolean {
    const { partitionCount } = this.#handle;
    const counts = this.#members.map(({ assignments }) =>
      (assignments ?? []).reduce((sum, { partitions }) => sum + partitions.length, 0),
    );
    const fewest = Math.floor(partitionCount / counts.length);
    return counts.every((count) => count >= fewest) && counts.reduce((sum, count) => sum + count, 0) === partitionCount;
  }

  async #join(): Promise<void> {
    const { spec } = this.#handle;
    const { protocol, commitNs, name } = this.#spec;
    const group = { groupId: groupIdOf(this.#handle, name), groupProtocol: protocol };
    const options = { ...clientOptions(spec), ...group };
    const member: Member = new Consumer(options as MemberOptions);
    member.on('consumer:group:join', () => {
      this.#counts.add('joins');
      this.#endPause(member);
    });
    member.on('consumer:group:rebalance', () => {
      this.#counts.add('rebalances');
      if (!this.#pausedSinceMs.has(member)) this.#pausedSinceMs.set(member, performance.now());
    });
    member.on('consumer:heartbeat:error', ({ error }) => this.#counts.add(`errors.${kafkaFaultOf(error).code}`));
    this.#members.push(member);
    const stream = await member.consume({
      topics: [spec.topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      autocommit: Math.max(1, Math.round(commitNs / 1e6)),
      maxWaitTime: Math.round(spec.fetch.waitNs / 1e6),
      minBytes: spec.fetch.minBytes,
      maxBytes: spec.fetch.maxBytes,
      isolationLevel: READ_UNCOMMITTED,
    });
    stream.on('data', (message) => {
      this.#endPause(member);
      this.#arrived.push(message);
      if (this.#arrived.length === 1) this.#wake();
    });
    stream.on('error', (error) => {
      this.#failure ??= kafkaFailed(spec, error);
      this.#wake();
    });
    this.#streams.push(stream);
  }

  #endPause(member: Member): void {
    const sinceMs = this.#pausedSinceMs.get(member);
    if (sinceMs === undefined) return;
    this.#pausedSinceMs.delete(member);
    this.#counts.add('rebalanceMs', performance.now() - sinceMs);
  }
}
