import { mergedHistogram, selectCells } from '../../reports/summary/cells.ts';
import { runScenario } from '../run/run.ts';
import { type Benchmark, holds, medianOf, rowOf } from './benchmark.ts';
import { kafkaScenario, kafkaTarget, notMeasured, runTool, startBroker } from './kafka-broker.ts';

const NAME = 'kafka-put-to-get';
const ROUNDS = 3;
const SECONDS = 10;
const WARM_UP_SECONDS = 5;
const PER_SECOND = 1000;
const BYTES = 100;
const TOOL_RECORDS = 5000;

/** Put-to-get at 1,000 records/s with linger 0, in turn with EndToEndLatency, which sends one record at a time. */
export const kafkaPutToGet: Benchmark = {
  name: NAME,
  title: 'put-to-get on Apache Kafka at 1,000 records/s, in turn with its own EndToEndLatency',
  onlyByName: true,
  run: async () => {
    const broker = await startBroker();
    if (broker === undefined) return notMeasured(NAME);
    try {
      const [p50s, p99s, theirs]: [number[], number[], number[]] = [[], [], []];
      for (let round = 0; round < ROUNDS; round++) {
        const records = SECONDS * PER_SECOND;
        const producers = { batch: { records: 1000, bytes: 1e6, lingerNs: 0 } };
        const load = { records, bytes: BYTES, perSecond: PER_SECOND, producers, warmUpSeconds: WARM_UP_SECONDS };
        const scenario = kafkaScenario(kafkaTarget(broker), load, [{ name: 'reader', kind: 'fan-out' }]);
        const result = await runScenario(scenario, { ceiling: 'skip' });
        const { received, lost } = result.summary.ledger;
        const sent = records + WARM_UP_SECONDS * PER_SECOND;
        holds(received === sent && lost === 0, `received ${received} of ${sent}, lost ${lost}`);
        const latency = mergedHistogram(selectCells(result.cells, result.scenario), 'putToGet');
        p50s.push(latency.percentileNs(50) / 1e6);
        p99s.push(latency.percentileNs(99) / 1e6);
        theirs.push(await endToEndP99Ms(broker));
      }
      const ratio = medianOf(p99s) / medianOf(theirs);
      return [
        rowOf(`${NAME}-p50`, 'ms', p50s),
        {
          ...rowOf(`${NAME}-p99`, 'ms', p99s, ratio),
          note: 'ratio to the p99 of EndToEndLatency in turn, in whole ms',
        },
        rowOf(`${NAME}-end-to-end-latency-p99`, 'ms', theirs),
      ];
    } finally {
      await broker.close();
    }
  },
};

async function endToEndP99Ms(broker: Parameters<typeof runTool>[0]): Promise<number> {
  const { Admin } = await import('@platformatic/kafka');
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [...broker.brokers] });
  const { topic } = kafkaTarget(broker);
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
  const { stdout } = await runTool(broker, 'org.apache.kafka.tools.EndToEndLatency', [
    ...['--bootstrap-server', broker.brokers[0]!, '--topic', topic, '--num-records', String(TOOL_RECORDS)],
    ...['--producer-acks', 'all', '--record-size', String(BYTES)],
  ]);
  await admin.deleteTopics({ topics: [topic] });
  await admin.close();
  const p99 = Number(/99th = (\d+)/.exec(stdout)?.[1]);
  holds(p99 >= 0, `EndToEndLatency printed ${stdout.slice(-300)}`);
  return p99;
}
