import { describe, expect, test } from 'vitest';
import { resolveScenario } from '../../workloads/resolve.ts';
import { brief, scenario, workload } from './a-scenario.ts';

const kafka = { kind: 'kafka', brokers: '127.0.0.1:9092', topic: 'orders' };
const long = { ...scenario, workloads: [{ ...workload, phases: [{ name: 's', duration: '60s', rate: '100/s' }] }] };
const withTarget = (more: object, rest: object = {}) => ({ ...long, target: { ...kafka, ...more }, ...rest });
const resolved = (more: object) => resolveScenario(withTarget(more)).target;

describe('a kafka target', () => {
  test('has the defaults of Kafka', () => {
    expect(resolved({})).toEqual({
      kind: 'kafka',
      brokers: ['127.0.0.1:9092'],
      topic: 'orders',
      acks: 'all',
      idempotent: true,
      compression: 'none',
      fetch: { waitNs: 500e6, minBytes: 1, maxBytes: 50 * 2 ** 20 },
      maxRecordBytes: 1e6,
      timeoutNs: 30e9,
      deliveryTimeoutNs: 120e9,
    });
  });

  test('is idempotent only with acks all', () => {
    expect(resolved({ acks: 1 })).toMatchObject({ acks: 1, idempotent: false });
    expect(resolved({ idempotent: false })).toMatchObject({ acks: 'all', idempotent: false });
  });

  test('names files by the folder of the scenario and secrets by their variables only', () => {
    const security = { tls: { ca: 'ca.pem' }, sasl: { mechanism: 'scram-sha-512', passwordVariable: 'SECRET' } };
    const { target } = resolveScenario(withTarget({ security }), { file: '/srv/load/orders.yaml' });
    expect(target).toMatchObject({
      security: {
        tls: { ca: '/srv/load/ca.pem' },
        sasl: { mechanism: 'scram-sha-512', usernameVariable: 'KAFKA_USERNAME', passwordVariable: 'SECRET' },
      },
    });
  });

  test.each<[string, object, string[]]>([
    ['no topic', { topic: undefined }, ['MISSING target.topic']],
    ['a topic with a space in it', { topic: 'my orders' }, ['BAD_NAME target.topic']],
    ['a topic of two dots', { topic: '..' }, ['BAD_NAME target.topic']],
    ['a broker without a port', { brokers: 'localhost' }, ['WRONG_TYPE target.brokers']],
    ['a broker with a web address', { brokers: ['http://localhost:9092'] }, ['WRONG_TYPE target.brokers[0]']],
    ['a port that does not exist', { brokers: ['localhost:70000'] }, ['WRONG_TYPE target.brokers[0]']],
    ['acks 2', { acks: 2 }, ['WRONG_TYPE target.acks']],
    ['an idempotent producer with acks 1', { acks: 1, idempotent: true }, ['CONFLICT target.idempotent']],
    ['an unknown compression', { compression: 'brotli' }, ['NOT_A_CHOICE target.compression']],
    ['no partitions', { create: { partitions: 0 } }, ['OUT_OF_RANGE target.create.partitions']],
    ['two numbers of partitions', { create: { partitions: 4 }, partitions: 5 }, ['CONFLICT target.partitions']],
    [
      'a password in the place of a variable',
      { security: { sasl: { mechanism: 'plain', passwordVariable: 'p4ss-word!' } } },
      ['BAD_NAME target.security.sasl.passwordVariable'],
    ],
  ])('reports %s as a problem', (_, more, expected) => {
    expect(brief(withTarget(more))).toEqual(expected);
  });

  test.each<[string, object, object[], string[]]>([
    ['a split', {}, [{ at: '1s', split: 0 }], ['CONFLICT steps[0].split']],
    [
      'fewer partitions',
      { create: { partitions: 4 } },
      [{ at: '1s', partitions: 3 }],
      ['OUT_OF_RANGE steps[0].partitions'],
    ],
    ['a broker without a command', {}, [{ at: '1s', stop: 'b' }], ['CONFLICT steps[0].stop']],
    [
      'a start of a broker that runs',
      { commands: { b: 'x' } },
      [{ at: '1s', start: 'b' }],
      ['CONFLICT steps[0].start'],
    ],
  ])('reports %s as a problem of the steps', (_, more, steps, expected) => {
    expect(brief(withTarget(more, { steps }))).toEqual(expected);
  });

  test('has steps that add partitions, and stop and start its brokers', () => {
    const steps = [
      { at: '3s', start: 'b' },
      { at: '1s', partitions: 8 },
      { at: '2s', stop: 'b' },
    ];
    const more = { create: { partitions: 4 }, commands: { b: 'start b' } };
    expect(resolveScenario(withTarget(more, { steps })).steps).toEqual([
      { kind: 'partition-count', atNs: 1e9, count: 8 },
      { kind: 'stop', atNs: 2e9, broker: 'b' },
      { kind: 'start', atNs: 3e9, broker: 'b' },
    ]);
  });
});

test('targets of shards have no steps of Kafka', () => {
  const steps = [{ at: '1s', partitions: 8 }];
  expect(brief({ ...long, target: { kind: 'engine' }, steps })).toEqual(['CONFLICT steps[0].partitions']);
});
