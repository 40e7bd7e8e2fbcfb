import type { KafkaTargetSpec } from '../../workloads/targets/kafka.ts';
import { runScenario } from '../run/run.ts';
import { type Benchmark, type BenchmarkRow, holds, medianOf, rowOf } from './benchmark.ts';
import { cpuSeconds, processCpuSeconds } from './cpu-time.ts';
import {
  type BenchBroker,
  kafkaScenario,
  kafkaTarget,
  notMeasured,
  runProducerPerformance,
  startBroker,
} from './kafka-broker.ts';

const NAME = 'kafka-produce';
const ROUNDS = 3;
const SIZES = [
  { name: '', bytes: 100, records: 1_000_000 },
  { name: '-1k', bytes: 1024, records: 150_000 },
] as const;
/** More than any client sends, so that the producer always has records due. */
const OFFERED_PER_SECOND = 2e6;

/**
 *   producer thread: schedule -> key -> record batches -> socket -> broker process -> 4 partitions
 *
 * Rounds take turns with Kafka's own ProducerPerformance on the same broker: as many records of the same size and number of keys,
 * linger 5 ms, batches of 64 KiB for it and of 1,000 records for us. CPU times are those of the client's process.
 */
export const kafkaProduce: Benchmark = {
  name: NAME,
  title: 'records produced to Apache Kafka, in turn with its own ProducerPerformance',
  onlyByName: true,
  run: async () => {
    const broker = await startBroker();
    if (broker === undefined) return notMeasured(NAME);
    try {
      const rows: BenchmarkRow[] = [];
      for (const size of SIZES)
        for (const acks of [1, 'all'] as const) rows.push(...(await measure(broker, size, acks)));
      return rows;
    } finally {
      await broker.close();
    }
  },
};

async function measure(
  broker: BenchBroker,
  { name, bytes, records }: (typeof SIZES)[number],
  acks: KafkaTargetSpec['acks'],
): Promise<BenchmarkRow[]> {
  const figures = { ours: [] as number[], theirs: [] as number[], oursUs: [] as number[], theirsUs: [] as number[] };
  const brokerUs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = processCpuSeconds(broker.pid);
    const own = await produceOurs(broker, bytes, records, acks);
    brokerUs.push(((processCpuSeconds(broker.pid) - before) / records) * 1e6);
    figures.ours.push(own.perSecond);
    figures.oursUs.push(own.cpuUs);
    const { topic } = own;
    const tool = await runProducerPerformance(broker, topic, { records, bytes, acks: String(acks) }).finally(
      own.remove,
    );
    figures.theirs.push(tool.perSecond);
    figures.theirsUs.push(tool.cpuUs);
  }
  const title = `${NAME}${name}-acks-${acks}`;
  const ratio = medianOf(figures.ours) / medianOf(figures.theirs);
  const ratioUs = medianOf(figures.oursUs) / medianOf(figures.theirsUs);
  return [
    { ...rowOf(title, 'records/s', figures.ours, ratio), note: 'ratio to ProducerPerformance in turn' },
    { ...rowOf(`${title}-cpu`, 'us/record', figures.oursUs, ratioUs), note: 'ratio to ProducerPerformance in turn' },
    rowOf(`${title}-broker-cpu`, 'us/record', brokerUs),
  ];
}

interface Produced {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly topic: string;
  /** Deletes the topic, which the tool uses after us. */
  remove(): Promise<void>;
}

async function produceOurs(
  broker: BenchBroker,
  bytes: number,
  records: number,
  acks: KafkaTargetSpec['acks'],
): Promise<Produced> {
  const { create, ...target } = kafkaTarget(broker, { acks });
  const { Admin } = await import('@platformatic/kafka');
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [...broker.brokers] });
  await admin.createTopics({ topics: [target.topic], partitions: create!.partitions, replicas: 1 });
  const load = { records, bytes, perSecond: OFFERED_PER_SECOND, producers: {} };
  const cpuBefore = cpuSeconds();
  const result = await runScenario(kafkaScenario(target, load, []), { ceiling: 'skip' });
  const cpu = cpuSeconds() - cpuBefore;
  const { sent, failed } = result.summary.ledger;
  holds(sent === records && failed === 0, `sent ${sent} of ${records}, ${failed} failed`);
  const elapsedNs = result.series.at(-1)?.endNs ?? 0;
  return {
    perSecond: records / (elapsedNs / 1e9),
    cpuUs: (cpu / records) * 1e6,
    topic: target.topic,
    remove: async () => {
      await admin.deleteTopics({ topics: [target.topic] });
      await admin.close();
    },
  };
}
