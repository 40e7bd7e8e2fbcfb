import { describe, expect, test } from 'vitest';
import { resolveScenario } from '../../workloads/resolve.ts';
import { brief, problemsOf, scenario, withWorkload } from './a-scenario.ts';

const firehose = { kind: 'firehose', deliveryStream: 'logs' };
const withTarget = (more: object, rest: object = {}) => ({ ...scenario, target: { ...firehose, ...more }, ...rest });
const FOLDER = { destination: { folder: '/objects' } };
const ENDPOINT = 'http://127.0.0.1:4567';
const ROLE = 'arn:aws:iam::123456789012:role/firehose';

describe('a firehose target', () => {
  test('uses an existing delivery stream, with PutRecordBatch', () => {
    expect(resolveScenario(withTarget(FOLDER)).target).toEqual({
      kind: 'firehose',
      deliveryStream: 'logs',
      local: false,
      destination: { kind: 'folder', path: '/objects' },
      put: 'batch',
      timeoutNs: 10e9,
    });
  });

  test.each<[object, object]>([
    [{ bucket: 'logs' }, { kind: 's3', bucket: 'logs', prefix: '' }],
    [
      { bucket: 'logs', prefix: 'a/', endpoint: ENDPOINT, region: 'eu-west-1' },
      { kind: 's3', bucket: 'logs', prefix: 'a/', endpoint: ENDPOINT, region: 'eu-west-1' },
    ],
    [{ http: { port: 8080 } }, { kind: 'http', host: '127.0.0.1', port: 8080 }],
    [
      { http: { port: 8080, host: '0.0.0.0', url: 'https://logs.example.com' } },
      { kind: 'http', host: '0.0.0.0', port: 8080, url: 'https://logs.example.com' },
    ],
  ])('reads what was delivered to %j', (destination, expected) => {
    const consumers = [{ name: 'archive', kind: 'delivered' }];
    expect(resolveScenario(withTarget({ destination }, { consumers })).target).toMatchObject({ destination: expected });
  });

  test('creates a delivery stream with short buffers if it is local, and with those of AWS otherwise', () => {
    expect(resolveScenario(withTarget({ local: true })).target).toMatchObject({
      create: { bufferBytes: 2 ** 20, bufferNs: 1e9, compression: 'none', bucket: 'streamgauge' },
      limits: 'none',
      destination: { kind: 'folder' },
    });
    const onAws = withTarget({ ...FOLDER, create: { role: ROLE, bucket: 'archive' } });
    expect(resolveScenario(onAws).target).toMatchObject({
      create: { bufferBytes: 5 * 2 ** 20, bufferNs: 300e9, bucket: 'archive', role: ROLE },
    });
  });

  test('waits longer for the last records by the interval of its buffer', () => {
    const create = { buffer: { size: '2MiB', interval: '60s' } };
    expect(resolveScenario(withTarget({ local: true, create }, { drain: '5s' })).drainNs).toBe(65e9);
    expect(resolveScenario(withTarget(FOLDER, { drain: '5s' })).drainNs).toBe(5e9);
  });

  test.each<[string, object, string[]]>([
    ['no delivery stream', { ...FOLDER, deliveryStream: undefined }, ['MISSING target.deliveryStream']],
    ['a name of 65 letters', { ...FOLDER, deliveryStream: 'a'.repeat(65) }, ['BAD_NAME target.deliveryStream']],
    ['no destination', { endpoint: ENDPOINT }, ['MISSING target.destination']],
    ['a local one at an endpoint', { local: true, endpoint: ENDPOINT }, ['CONFLICT target.endpoint']],
    ['limits of one that is not local', { ...FOLDER, limits: 'aws' }, ['CONFLICT target.limits']],
    [
      'local delivery to S3 of AWS',
      { local: true, destination: { bucket: 'logs' } },
      ['MISSING target.destination.endpoint'],
    ],
    [
      'two buckets',
      { local: true, destination: { bucket: 'logs', endpoint: ENDPOINT }, create: { bucket: 'other' } },
      ['CONFLICT target.create.bucket'],
    ],
    [
      'an HTTP endpoint without an address for AWS, and without a consumer',
      { destination: { http: {} }, create: { role: ROLE } },
      ['MISSING target.destination.http.url', 'CONFLICT consumers'],
    ],
    [
      'Snappy for an HTTP endpoint',
      { local: true, destination: { http: {} }, create: { compression: 'snappy' } },
      ['CONFLICT target.create.compression', 'CONFLICT consumers'],
    ],
    [
      'partitions without a buffer',
      { local: true, create: { partitions: { page: '.page' }, buffer: { interval: '0s' } } },
      ['CONFLICT target.create.buffer.interval'],
    ],
    [
      'partitions of an HTTP endpoint',
      { local: true, destination: { http: {} }, create: { partitions: { page: '.page' } } },
      ['CONFLICT target.create.partitions', 'CONFLICT consumers'],
    ],
    ['a created one on AWS without a role', { ...FOLDER, create: {} }, ['MISSING target.create.role']],
    ['a role that is a name', { ...FOLDER, create: { role: 'firehose' } }, ['BAD_NAME target.create.role']],
    ['a bucket in capitals', { local: true, create: { bucket: 'Archive' } }, ['BAD_NAME target.create.bucket']],
    [
      'a buffer of 1.5 MiB',
      { local: true, create: { buffer: { size: '1536KiB' } } },
      ['OUT_OF_RANGE target.create.buffer.size'],
    ],
    [
      'a buffer of half a second',
      { local: true, create: { buffer: { interval: '500ms' } } },
      ['OUT_OF_RANGE target.create.buffer.interval'],
    ],
  ])('reports %s as a problem', (_, more, expected) => {
    expect(brief(withTarget(more))).toEqual(expected);
  });

  test('has delivered consumers only, and other targets have none', () => {
    const consumers = [
      { name: 'archive', kind: 'delivered', intervalMs: 100 },
      { name: 'dashboard', kind: 'polling' },
    ];
    expect(problemsOf(withTarget(FOLDER, { consumers }))).toEqual([
      {
        code: 'CONFLICT',
        path: 'consumers[1].kind',
        what: 'the firehose target has no polling consumers.',
        fix: 'Write kind: delivered.',
      },
    ]);
    expect(problemsOf({ ...scenario, consumers })).toEqual([
      {
        code: 'CONFLICT',
        path: 'consumers[0].kind',
        what: 'the engine target has no delivered consumers.',
        fix: 'Write kind: polling, or kind: fan-out.',
      },
    ]);
  });

  test('has records up to 1,000 KiB, with room for the stamp', () => {
    const target = { ...firehose, local: true };
    const payload = (bytes: number) => ({ ...withWorkload({ payload: { template: 'x'.repeat(bytes) } }), target });
    expect(brief(payload(1_024_000 - 2 - 60 + 1))).toEqual(['RECORD_TOO_LARGE workloads[0].payload.template']);
    expect(brief(payload(1_024_000 - 2 - 60))).toEqual([]);
  });

  test('supports faults of puts on an engine, and no steps', () => {
    const fault = { from: '1s', kind: 'throttle', rate: '5%' };
    const faults = [fault, { ...fault, operation: 'PutRecordBatch' }];
    expect(brief(withTarget({ local: true }, { faults }))).toEqual([]);
    expect(brief(withTarget({ ...FOLDER, endpoint: ENDPOINT }, { faults }))).toEqual([]);
    expect(brief(withTarget(FOLDER, { faults }))).toEqual(['CONFLICT faults']);
    expect(brief(withTarget({ local: true }, { steps: [{ at: '1s', split: 'hottest' }] }))).toEqual(['CONFLICT steps']);
    const wrong = [
      { ...fault, operation: 'PutRecords' },
      { ...fault, shard: 0 },
    ];
    expect(brief(withTarget({ local: true }, { faults: wrong }))).toEqual([
      'CONFLICT faults[0].operation',
      'CONFLICT faults[1].shard',
    ]);
  });
});
