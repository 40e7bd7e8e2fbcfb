import { runScenario } from '../run/run.ts';
import { type Benchmark, holds, medianOf, rowOf } from './benchmark.ts';
import { cpuSeconds } from './cpu-time.ts';
import { kafkaScenario, kafkaTarget, notMeasured, runProducerPerformance, startBroker } from './kafka-broker.ts';

const NAME = 'kafka-run';
const ROUNDS = 3;
const RECORDS = 1_000_000;
const BYTES = 100;
const OFFERED_PER_SECOND = 2e6;

/**
 *   producer thread -> broker process, 4 partitions -> consumer thread -> ledger
 *
 * The time until every record is acknowledged and received gives the rate. Rounds take turns with ProducerPerformance, which
 * only produces.
 */
export const kafkaRun: Benchmark = {
  name: NAME,
  title: 'a run on Apache Kafka with one producer and one consumer, in turn with ProducerPerformance',
  onlyByName: true,
  run: async () => {
    const broker = await startBroker();
    if (broker === undefined) return notMeasured(NAME);
    try {
      const [ours, theirs, cpuUs]: [number[], number[], number[]] = [[], [], []];
      for (let round = 0; round < ROUNDS; round++) {
        const cpuBefore = cpuSeconds();
        const load = { records: RECORDS, bytes: BYTES, perSecond: OFFERED_PER_SECOND, producers: {} };
        const scenario = kafkaScenario(kafkaTarget(broker), load, [{ name: 'reader', kind: 'fan-out' }]);
        const result = await runScenario(scenario, { ceiling: 'skip' });
        cpuUs.push(((cpuSeconds() - cpuBefore) / RECORDS) * 1e6);
        const { sent, received, lost, duplicated, reordered } = result.summary.ledger;
        holds(sent === RECORDS && received === RECORDS, `sent ${sent}, received ${received} of ${RECORDS}`);
        holds(lost + duplicated + reordered === 0, `lost ${lost}, duplicated ${duplicated}, reordered ${reordered}`);
        ours.push(RECORDS / ((result.series.at(-1)?.endNs ?? 0) / 1e9));
        const { Admin } = await import('@platformatic/kafka');
        const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [...broker.brokers] });
        const { topic } = kafkaTarget(broker);
        await admin.createTopics({ topics: [topic], partitions: 4, replicas: 1 });
        const tool = await runProducerPerformance(broker, topic, { records: RECORDS, bytes: BYTES, acks: 'all' });
        theirs.push(tool.perSecond);
        await admin.deleteTopics({ topics: [topic] });
        await admin.close();
      }
      const ratio = medianOf(ours) / medianOf(theirs);
      return [
        {
          ...rowOf(NAME, 'records/s', ours, ratio),
          note: 'ratio to ProducerPerformance, which only produces, in turn',
        },
        rowOf(`${NAME}-cpu`, 'us/record', cpuUs),
      ];
    } finally {
      await broker.close();
    }
  },
};
