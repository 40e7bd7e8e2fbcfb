import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { Admin } from '@platformatic/kafka';
import { describe, expect, test } from 'vitest';
import { runScenario } from '../../runners/run/run.ts';
import { ENVELOPE_BYTES } from '../../runners/targets/envelope.ts';
import { murmur2 } from '../../runners/targets/kafka/partitioner.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { jars, newTopic, useKafka, whyNoKafka } from './broker.ts';

const run = promisify(execFile);
const PARTITIONS = 5;
const RECORDS = 2000;
const classPath = () => ['-Xmx128m', '-cp', `${jars.kind === 'ready' ? jars.folder : ''}/*`];

describe.skipIf(jars.kind === 'missing')(`Kafka's own tools and this project${whyNoKafka}`, () => {
  const kafka = useKafka();

  const scenarioOf = (topic: string, more: object = {}) =>
    resolveScenario({
      name: 'interoperability',
      target: { kind: 'kafka', brokers: kafka().brokers, topic, ...more },
      workloads: [
        {
          name: 'w',
          phases: [{ name: 'p', duration: '1s', rate: `${RECORDS}/s` }],
          keys: { uniform: true, count: 50 },
          payload: { size: '120B' },
          producers: { batch: { records: 100, lingerMs: 5 } },
        },
      ],
      consumers: [{ name: 'reader', kind: 'fan-out' }],
    });

  const createTopic = async (topic: string) => {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...kafka().brokers] });
    await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1 });
    await admin.close();
  };

  test('the console consumer reads every record with its key, time and partition, with each compression', async () => {
    const prefix = newTopic();
    const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
    const fromMs = Date.now();
    for (const compression of compressions) {
      await createTopic(`${prefix}-${compression}`);
      const result = await runScenario(scenarioOf(`${prefix}-${compression}`, { compression }), { ceiling: 'skip' });
      const { ledger } = result.summary;
      expect(ledger).toMatchObject({ sent: RECORDS, received: RECORDS, lost: 0, duplicated: 0, reordered: 0 });
    }
    const toMs = Date.now();
    const count = compressions.length * RECORDS;
    const records = await consoleRecords(kafka().brokers[0]!, `${prefix}-.*`, count);
    expect(records).toHaveLength(count);
    for (const { partition, timestampMs, key, valueBytes } of records) {
      expect(partition).toBe((murmur2(Buffer.from(key)) & 0x7fff_ffff) % PARTITIONS);
      expect(timestampMs).toBeGreaterThanOrEqual(fromMs);
      expect(timestampMs).toBeLessThanOrEqual(toMs);
      expect(valueBytes).toBe(120);
    }
    expect(new Set(records.map(({ key }) => key)).size).toBe(50);
  });

  test("keys of Kafka's own producer are on the partitions that this project computes", async () => {
    const topic = newTopic();
    await createTopic(topic);
    const keys = Array.from({ length: 200 }, (_, i) => `clé-${i}`);
    await consoleProduce(
      kafka().brokers[0]!,
      topic,
      keys.map((key) => `${key}\tvalue`),
    );
    const records = await consoleRecords(kafka().brokers[0]!, topic, keys.length);
    expect(records).toHaveLength(keys.length);
    for (const { partition, key } of records) {
      expect(partition).toBe((murmur2(Buffer.from(key)) & 0x7fff_ffff) % PARTITIONS);
    }
  });

  test('records of other producers are read, skipped and counted', async () => {
    const topic = newTopic();
    await createTopic(topic);
    const foreign = 3000;
    const producing = sleepThen(300, () =>
      run('java', [
        ...classPath(),
        'org.apache.kafka.tools.ProducerPerformance',
        ...['--topic', topic, '--num-records', String(foreign), '--record-size', String(ENVELOPE_BYTES + 20)],
        ...['--throughput', '-1', '--bootstrap-server', kafka().brokers[0]!],
      ]),
    );
    const scenario = scenarioOf(topic);
    const long = {
      ...scenario,
      workloads: scenario.workloads.map((own) => ({
        ...own,
        phases: own.phases.map((phase) => ({ ...phase, durationNs: 12e9, fromPerSecond: 200, toPerSecond: 200 })),
      })),
    };
    const [result] = await Promise.all([runScenario(long, { ceiling: 'skip' }), producing]);
    expect(result.summary.ledger).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
    const reader = result.workers.find(({ role }) => role === 'consumer');
    expect(reader?.counts).toMatchObject({ foreignRecords: foreign });
  });
});

const sleepThen = async (ms: number, then: () => Promise<unknown>) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return then();
};

interface ConsoleRecord {
  readonly partition: number;
  readonly timestampMs: number;
  readonly key: string;
  readonly valueBytes: number;
}

const SEPARATOR = '\u0001';

/** The records of the topics that match, as Kafka's console consumer prints them. */
async function consoleRecords(broker: string, topics: string, count: number): Promise<ConsoleRecord[]> {
  const properties = ['print.partition', 'print.timestamp', 'print.key'].map((name) => `${name}=true`);
  const formats = [
    ...properties,
    `key.separator=${SEPARATOR}`,
    `line.separator=${SEPARATOR}\n`,
    'value.deserializer=org.apache.kafka.common.serialization.BytesDeserializer',
  ];
  const args = [
    ...classPath(),
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    ...[
      '--bootstrap-server',
      broker,
      '--include',
      topics,
      '--from-beginning',
      '--max-messages',
      String(count),
      '--timeout-ms',
      '30000',
    ],
    ...formats.flatMap((format) => ['--formatter-property', format]),
  ];
  const { stdout } = await run('java', args, { maxBuffer: 2 ** 28 });
  return stdout
    .split(`${SEPARATOR}\n`)
    .filter((line) => line.startsWith('CreateTime:'))
    .map((line) => {
      const [time = '', partition = '', key = '', value = ''] = line.split(SEPARATOR);
      return {
        partition: Number(/Partition:(\d+)/.exec(partition)?.[1]),
        timestampMs: Number(/CreateTime:(\d+)/.exec(time)?.[1]),
        key,
        // Bytes that are no ASCII are printed as \xNN.
        valueBytes: value.replace(/\\x[0-9A-F]{2}/g, '.').length,
      };
    });
}

function consoleProduce(broker: string, topic: string, lines: readonly string[]): Promise<void> {
  const args = [
    ...classPath(),
    'org.apache.kafka.tools.ConsoleProducer',
    ...['--bootstrap-server', broker, '--topic', topic],
    ...['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=\t'],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('java', args, { stdio: ['pipe', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the console producer ended with ${code}`)),
    );
    child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  });
}
