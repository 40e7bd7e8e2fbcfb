import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { UNFINISHED_FILE_NAME } from '../../reports/result/unfinished-format.ts';
import { command, type Ended } from '../runners/commands/cli-command.ts';
import { jars, newTopic, useKafka, whyNoKafka } from './broker.ts';
import { oldBroker } from './old-broker.ts';

const folder = mkdtempSync(join(tmpdir(), 'streamgauge-kafka-bad-'));
let runs = 0;

interface RunEnded extends Ended {
  readonly out: string;
}

async function run(target: object, more: object = {}, env: Readonly<Record<string, string>> = {}): Promise<RunEnded> {
  runs += 1;
  const file = join(folder, `${runs}.yaml`);
  const out = join(folder, `${runs}`);
  const scenario = {
    name: 'bad',
    target: { kind: 'kafka', timeout: '5s', deliveryTimeout: '6s', ...target },
    workloads: [
      {
        name: 'w',
        phases: [{ name: 'p', duration: '1s', rate: '100/s' }],
        keys: { uniform: true, count: 10 },
        payload: { size: '100B' },
      },
    ],
    consumers: [{ name: 'reader', kind: 'fan-out' }],
    drain: '2s',
    ...more,
  };
  writeFileSync(file, stringify(scenario));
  return { ...(await command(['run', file, '--out', out], { env })), out };
}

const USER = 'ana';
const PASSWORD = 'p4ssword';
describe.skipIf(jars.kind === 'missing')(`bad input on a real broker${whyNoKafka}`, () => {
  const kafka = useKafka();
  const target = () => ({ brokers: kafka().brokers, topic: newTopic() });
  const created = () => ({ ...target(), create: { partitions: 3 } });

  test('a topic that does not exist is an error of the target', async () => {
    const { code, stderr } = await run(target());
    expect(stderr).toContain('UNKNOWN_TOPIC_OR_PARTITION');
    expect(stderr).toContain('add create: { partitions: 4 }');
    expect(code).toBe(3);
  });

  test('a topic that exists already is not created again, and stays', async () => {
    const { cluster } = kafka();
    expect(cluster.nodes).toHaveLength(1);
    const { topic, ...rest } = target();
    const admin = await adminOf(kafka().brokers);
    await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 });
    const again = await run({ ...rest, topic, create: { partitions: 2 } });
    expect(again.stderr).toContain('TOPIC_ALREADY_EXISTS');
    expect(again.code).toBe(3);
    const other = await run({ ...rest, topic, partitions: 5 });
    expect(other.stderr).toContain(`topic ${topic} has 2 partitions, and the scenario expects 5`);
    expect(other.stderr).toContain('Write partitions: 2');
    expect(other.code).toBe(3);
    expect(await admin.listTopics()).toContain(topic);
    await admin.close();
  });

  test('a replication that the cluster cannot have, and a setting that no topic has, are errors of the target', async () => {
    const replicas = await run({ ...target(), create: { partitions: 1, replication: 3 } });
    expect(replicas.stderr).toContain('INVALID_REPLICATION_FACTOR');
    expect(replicas.code).toBe(3);
    const config = await run({ ...target(), create: { partitions: 1, config: { 'no.such.setting': 1 } } });
    expect(config.stderr).toContain('INVALID_CONFIG');
    expect(config.code).toBe(3);
  });

  test('a broker that is not there is an error of the target', async () => {
    const { code, stderr } = await run({ ...created(), brokers: '127.0.0.1:1' });
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('Start the broker, or correct brokers');
    expect(code).toBe(3);
  });

  test('records above the largest batch of the topic are an error of the scenario', async () => {
    const create = { partitions: 1, config: { 'max.message.bytes': 400 } };
    const { code, stderr } = await run({ ...target(), create }, { workloads: [sized('lognormal')] });
    expect(stderr).toContain('accepts batches of up to 400 bytes');
    expect(stderr).toContain('raise max.message.bytes');
    expect(code).toBe(2);
  });

  test('TLS to a listener without it is an error that names the reason', async () => {
    const { code, stderr } = await run({ ...created(), security: { tls: true } });
    expect(stderr).toMatch(/TlsNotSpoken|ERR_SSL|EPROTO|ConnectionLost|ECONNRESET/);
    expect(stderr).toMatch(/tls/i);
    expect(code).toBe(3);
  });

  test('a variable without the password is an error before anything is connected', async () => {
    const security = { sasl: { mechanism: 'plain', passwordVariable: 'NO_SUCH_PASSWORD' } };
    const { code, stderr } = await run({ ...created(), security }, {}, { KAFKA_USERNAME: USER });
    expect(stderr).toContain('NO_SUCH_PASSWORD is not set');
    expect(code).toBe(2);
  });

  test('SASL to a listener without it is an error that names the reason', async () => {
    const env = { KAFKA_USERNAME: USER, KAFKA_PASSWORD: PASSWORD };
    const { code, stderr } = await run({ ...created(), security: { sasl: { mechanism: 'plain' } } }, {}, env);
    expect(stderr).toMatch(/ILLEGAL_SASL_STATE|UNSUPPORTED_SASL_MECHANISM|SaslAuthenticationFailed/);
    expect(stderr).not.toContain(PASSWORD);
    expect(code).toBe(3);
  });

  test('a broker that goes away for good ends the run with a partial result', async () => {
    const running = run(created(), { workloads: [sized('fixed', '30s')] });
    const out = join(folder, String(runs));
    while (!existsSync(join(out, UNFINISHED_FILE_NAME))) await sleep(100);
    await sleep(5000);
    kafka().cluster.nodes[0]!.kill('SIGKILL');
    const { code, stderr } = await running;
    expect(code).toBe(3);
    expect(stderr).toContain('RUNNER_TARGET_FAILED');
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
    expect(result.partial).toBe(true);
    expect(result.summary.ledger.sent).toBeGreaterThan(0);
  });
});

const sized = (kind: 'fixed' | 'lognormal', duration = '1s') => ({
  name: 'w',
  phases: [{ name: 'p', duration, rate: '200/s' }],
  keys: { uniform: true, count: 10 },
  payload: { size: kind === 'fixed' ? '100B' : { lognormal: { p50: '200B', p99: '900B' } } },
});

async function adminOf(brokers: readonly string[]) {
  const { Admin } = await import('@platformatic/kafka');
  return new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
}

describe('a port that is not a broker', () => {
  let server: Server;
  let port = 0;
  let greeting = '';
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      if (greeting === 'close') socket.destroy();
      else socket.once('data', () => greeting !== '' && socket.end(greeting));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  test.each<[string, string, RegExp]>([
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', /NotKafka|ConnectionLost|TimeoutError/],
    ['closes every connection', 'close', /ConnectionLost|ECONNRESET/],
    ['never responds', '', /TimeoutError/],
  ])('reports an error of the target if the port %s', async (_, text, code) => {
    greeting = text;
    const ended = await run({ brokers: `127.0.0.1:${port}`, topic: 'none', timeout: '1s' });
    expect(ended.stderr).toMatch(code);
    expect(ended.code).toBe(3);
  });
});

test('a broker that is too old is an error of the target that names the versions', async () => {
  const server = oldBroker();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  try {
    const { code, stderr } = await run({ brokers: `127.0.0.1:${port}`, topic: 'none' });
    expect(stderr).toContain(
      'UnsupportedVersion: this target needs Produce version 9, and the broker has versions 0 to 2',
    );
    expect(stderr).toContain('Use a broker of Kafka 2.8 to 4.x.');
    expect(code).toBe(3);
  } finally {
    server.close();
  }
});

test('a group on a topic that grows is an error of the scenario, before anything is connected', async () => {
  const consumers = [{ name: 'workers', kind: 'group', members: 2 }];
  const steps = [{ at: '500ms', partitions: 8 }];
  const target = { brokers: '127.0.0.1:1', topic: 'none', create: { partitions: 4 } };
  const { code, stderr } = await run(target, { consumers, steps });
  expect(stderr).toContain('the members of group workers cannot follow partitions that a step adds');
  expect(stderr).toContain('Use consumers of kind fan-out or polling');
  expect(code).toBe(2);
});
