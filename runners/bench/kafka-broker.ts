import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Scenario, Workload } from '../../workloads/scenario.ts';
import type { KafkaTargetSpec } from '../../workloads/targets/kafka.ts';
import { type BenchmarkRow, holds } from './benchmark.ts';

const START = join(import.meta.dirname, '../../examples/kafka/start.ts');
const KEYS = 1000;
const PARTITIONS = 4;

export interface BenchBroker {
  readonly brokers: readonly string[];
  /** Class path of Kafka's tools. */
  readonly classPath: string;
  /** Process of the broker. */
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts one broker. Undefined where it cannot be started: without Java, Maven or the sources of this project. */
export async function startBroker(): Promise<BenchBroker | undefined> {
  if (!existsSync(START)) return undefined;
  const child = spawn(process.execPath, [START, '--port', '0', '--heap', '512m'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const found = new Map<string, string>();
  const ready = new Promise<void>((done) => {
    createInterface(child.stdout).on('line', (line) => {
      const [, name = '', value = ''] = /(brokers|jars of its tools|process)(?::)? (\S+)$/.exec(line) ?? [];
      if (name !== '') found.set(name, value);
      if (name === 'process') done();
    });
  });
  await Promise.race([ready, exited]);
  const brokers = found.get('brokers');
  if (brokers === undefined) return undefined;
  return {
    brokers: brokers.split(','),
    classPath: `${found.get('jars of its tools')}/*`,
    pid: Number(found.get('process')),
    close: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** A row without figures. */
export const notMeasured = (name: string): BenchmarkRow[] => [
  {
    name,
    unit: '',
    median: Number.NaN,
    min: Number.NaN,
    max: Number.NaN,
    note: 'no broker: it needs the sources of this project, Java 17 and, once, Maven',
  },
];

let topics = 0;

export function kafkaTarget({ brokers }: BenchBroker, more: Partial<KafkaTargetSpec> = {}): KafkaTargetSpec {
  topics += 1;
  return {
    kind: 'kafka',
    brokers,
    topic: `bench-${process.pid}-${topics}`,
    create: { partitions: PARTITIONS, replication: 1, config: {} },
    acks: 'all',
    idempotent: false,
    compression: 'none',
    fetch: { waitNs: 500e6, minBytes: 1, maxBytes: 50 * 2 ** 20 },
    maxRecordBytes: 1e6,
    timeoutNs: 30e9,
    deliveryTimeoutNs: 120e9,
    ...more,
  };
}

export interface KafkaLoad {
  /** Records of the recorded phase. */
  readonly records: number;
  readonly bytes: number;
  readonly perSecond: number;
  readonly producers: Partial<Workload['producers']>;
  /** A phase before, which is not recorded: code is not compiled yet, neither here nor in the broker. */
  readonly warmUpSeconds?: number;
}

export function kafkaScenario(target: KafkaTargetSpec, load: KafkaLoad, consumers: Scenario['consumers']): Scenario {
  const { records, bytes, perSecond, producers, warmUpSeconds = 0 } = load;
  const warmUpNs = warmUpSeconds * 1e9;
  const rate = { fromPerSecond: perSecond, toPerSecond: perSecond };
  const warmUp = { name: 'warm-up', startNs: 0, durationNs: warmUpNs, ...rate, recorded: false };
  const all = { name: 'all', startNs: warmUpNs, durationNs: (records / perSecond) * 1e9, ...rate, recorded: true };
  return {
    name: 'kafka',
    seed: 1,
    target,
    workloads: [
      {
        name: 'w',
        arrivals: { kind: 'constant' },
        phases: warmUpSeconds === 0 ? [all] : [warmUp, all],
        keys: { kind: 'uniform', count: KEYS },
        payload: { kind: 'size', size: { kind: 'fixed', bytes }, randomRatio: 1 },
        producers: {
          count: 1,
          batch: { records: 1000, bytes: 1e6, lingerNs: 5e6 },
          inFlight: 5,
          whenBusy: 'wait',
          retry: { attempts: 10, baseNs: 100e6, capNs: 20e9 },
          ...producers,
        },
      },
    ],
    consumers,
    thresholds: [],
    drainNs: 30e9,
  };
}

export interface ToolRun {
  readonly stdout: string;
  /** User and system time of the process, with the start of Java. */
  readonly cpuSeconds: number;
}

/** Runs one of Kafka's own tools to its end. */
export function runTool({ classPath }: BenchBroker, main: string, args: readonly string[]): Promise<ToolRun> {
  const timed = ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'tool', 'java', '-Xmx512m', '-cp', classPath, main, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn('bash', timed, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      const [user, system] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
      if (code === 0) resolve({ stdout, cpuSeconds: user! + system! });
      else reject(new Error(`${main} ended with ${code}: ${stderr.slice(-500)}`));
    });
  });
}

/** The rate that ProducerPerformance reports at its end. */
export async function runProducerPerformance(
  broker: BenchBroker,
  topic: string,
  { records, bytes, acks }: { readonly records: number; readonly bytes: number; readonly acks: string },
): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
  const { stdout, cpuSeconds } = await runTool(broker, 'org.apache.kafka.tools.ProducerPerformance', [
    ...['--topic', topic, '--num-records', String(records), '--record-size', String(bytes), '--throughput', '-1'],
    ...['--key-distribution', 'random', '--record-key-range', String(KEYS), '--bootstrap-server', broker.brokers[0]!],
    ...['--command-property', `acks=${acks}`, 'enable.idempotence=false', 'linger.ms=5', 'batch.size=65536'],
  ]);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const perSecond = Number(/([\d.]+) records\/sec/.exec(last)?.[1]);
  holds(perSecond > 0, `ProducerPerformance printed ${last}`);
  return { perSecond, cpuUs: (cpuSeconds / records) * 1e6 };
}
