import { LocalBuckets } from '../../engine/twin/write-buckets.ts';
import { RandomStream } from '../../workloads/random.ts';
import type { Conditions } from './conditions.ts';
import { FanOutReader } from './fan-out-reader.ts';
import { shardOfRatio } from './hash-ratio.ts';
import { LatencyCounts } from './latency-counts.ts';
import type { ConsumerModel, Load, ProducerModel, RecordColumns } from './load.ts';
import { PollingReaders } from './polling-readers.ts';
import { ProducerSimulation, type ShardIntake } from './producer-simulation.ts';
import type { RecordReader } from './record-reader.ts';
import { DueByShard, noCounts, type RunCounts } from './run-counts.ts';
import type { LatencyQuantiles, SimulatedConsumer, SimulatedRun } from './simulated-run.ts';
import { TimerHeap } from './timer-heap.ts';

/** A load that knows each of its records. */
export type RecordedLoad = Load & { readonly replay: () => Iterable<RecordColumns> };

/**
 * Simulates every record of a load, in virtual time:
 *
 *   records in due order -> producers: batches, retries -> shards: limits -> consumers: latency, polls, pace
 *
 * A producer's timer (a batch that has lingered, a retry that is due) fires before every record that is due later.
 */
export function simulateRecords(load: RecordedLoad, conditions: Conditions): SimulatedRun {
  const { shardCount } = conditions;
  const counts = noCounts();
  const ackLatency = new LatencyCounts();
  const due = new DueByShard(shardCount);
  const shards = new Shards(conditions, due, readersOf(load.consumers, conditions));
  const producers = producersOf(load, conditions.seed, shards, counts, ackLatency);
  const timers = new TimerHeap(producers.length);
  for (const { count, dueAtNs, hashRatio, bytes, producer } of load.replay()) {
    for (let i = 0; i < count; i++) {
      const atNs = dueAtNs[i]!;
      const shard = shardOfRatio(hashRatio[i]!, shardCount);
      while (timers.firstAtNs < atNs) fire(producers, timers);
      due.add(shard, atNs, 1, bytes[i]!);
      const own = producers[producer[i]!]!;
      const timerBeforeNs = own.nextAtNs;
      own.offer(atNs, shard, bytes[i]!);
      // A batch that does not linger is sent once nothing else is due at its time: mostly at once.
      if (own.nextAtNs <= atNs && i + 1 < count && dueAtNs[i + 1]! > atNs) own.turn(atNs);
      if (own.nextAtNs !== timerBeforeNs) timers.set(producer[i]!, own.nextAtNs);
    }
    counts.due += count;
  }
  while (timers.firstAtNs < Number.POSITIVE_INFINITY) fire(producers, timers);
  due.finish();
  const sent = counts.due - counts.unsent;
  return {
    shards: shardCount,
    method: 'records',
    counts,
    throttledRatio: ratioOf(counts.throttledAttempts, counts.attempts),
    throttledRecordsRatio: ratioOf(counts.throttledRecords, sent),
    ackLatency: ackLatency.quantiles(),
    consumers: inOrder(load.consumers, shards.finish()),
    putToGet: shards.putToGet(),
    perShard: due.perShard(),
    busiest: due.busiest(conditions.ratedLimits, load.durationNs),
  };
}

function fire(producers: readonly ProducerSimulation[], timers: TimerHeap): void {
  const { first, firstAtNs } = timers;
  const producer = producers[first]!;
  producer.turn(firstAtNs);
  timers.set(first, producer.nextAtNs);
}

/** The shards of a stream: what they accept goes on to every consumer. */
class Shards implements ShardIntake {
  readonly #buckets: LocalBuckets | undefined;
  readonly #due: DueByShard;
  readonly #readers: readonly RecordReader[];
  #nowNs = 0;
  #call = 0;

  constructor({ shardCount, writeLimits }: Conditions, due: DueByShard, readers: readonly RecordReader[]) {
    this.#buckets = writeLimits && new LocalBuckets(shardCount, writeLimits);
    this.#due = due;
    this.#readers = readers;
  }

  beginCall(nowNs: number): void {
    this.#nowNs = nowNs;
    this.#call += 1;
  }

  put(shard: number, bytes: number, intendedAtNs: number): boolean {
    if (this.#buckets?.admit(shard, this.#nowNs, bytes) === false) {
      this.#due.throttledAttempts[shard]! += 1;
      return false;
    }
    for (let i = 0; i < this.#readers.length; i++) {
      this.#readers[i]!.take(shard, this.#call, this.#nowNs, intendedAtNs, bytes);
    }
    return true;
  }

  finish(): SimulatedConsumer[] {
    return this.#readers.flatMap((reader) => reader.finish());
  }

  /** Returns the latencies of all consumers together. Call after `finish`. */
  putToGet(): LatencyQuantiles {
    const all = new LatencyCounts();
    for (const reader of this.#readers) reader.addLatencies(all);
    return all.quantiles();
  }
}

function producersOf(
  load: Load,
  seed: number,
  shards: ShardIntake,
  counts: RunCounts,
  ackLatency: LatencyCounts,
): ProducerSimulation[] {
  const groups: readonly ProducerModel[] = load.producerGroups ?? [load.producers];
  const models = groups.flatMap((model) => new Array<ProducerModel>(model.count).fill(model));
  return models.map((model, producer) => {
    const random = new RandomStream(seed, `simulated retries of producer ${producer}`);
    return new ProducerSimulation(model, random, shards, counts, ackLatency);
  });
}

function readersOf(consumers: readonly ConsumerModel[], conditions: Conditions): RecordReader[] {
  const polling = consumers.filter((consumer) => consumer.kind === 'polling');
  return [
    ...consumers.filter(({ kind }) => kind === 'fan-out').map((consumer) => new FanOutReader(consumer, conditions)),
    ...(polling.length === 0 ? [] : [new PollingReaders(polling, conditions)]),
  ];
}

/** Consumers in the order of the load; of equal names the first one comes first. */
function inOrder(consumers: readonly ConsumerModel[], simulated: readonly SimulatedConsumer[]): SimulatedConsumer[] {
  const left = [...simulated];
  return consumers.map(({ name, kind }) => {
    const place = left.findIndex((one) => one.name === name && one.kind === kind);
    return left.splice(place, 1)[0]!;
  });
}

const ratioOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
