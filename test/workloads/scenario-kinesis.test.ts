import { describe, expect, test } from 'vitest';
import { resolveScenario } from '../../workloads/resolve.ts';
import { brief, scenario, withWorkload } from './a-scenario.ts';

const kinesis = { kind: 'kinesis', stream: 'orders' };
const withTarget = (more: object, rest: object = {}) => ({ ...scenario, target: { ...kinesis, ...more }, ...rest });

describe('a kinesis target', () => {
  test('uses an existing stream, with PutRecords of the lean client over HTTP/1.1', () => {
    expect(resolveScenario(withTarget({})).target).toEqual({
      kind: 'kinesis',
      stream: 'orders',
      client: 'lean',
      put: 'records',
      aggregate: false,
      protocol: 'http1',
      maxRecordBytes: 2 ** 20,
      timeoutNs: 10e9,
    });
  });

  test.each([
    [{ shards: 4 }, { mode: 'provisioned', shards: 4 }],
    [{ mode: 'on-demand' }, { mode: 'on-demand' }],
  ])('creates a stream with %j', (create, expected) => {
    expect(resolveScenario(withTarget({ create })).target).toMatchObject({ create: expected });
  });

  test('takes a limit of records for its polls', () => {
    const consumers = [{ name: 'c', kind: 'polling', limit: 100 }];
    const [consumer] = resolveScenario(withTarget({}, { consumers })).consumers;
    expect(consumer).toEqual({ name: 'c', kind: 'polling', intervalNs: 200e6, limit: 100 });
  });

  test.each<[string, object, string[]]>([
    ['no stream', { stream: undefined }, ['MISSING target.stream']],
    ['a stream with a space in it', { stream: 'my orders' }, ['BAD_NAME target.stream']],
    ['an endpoint that is a host', { endpoint: 'localhost:4567' }, ['WRONG_TYPE target.endpoint']],
    ['an endpoint with a password', { endpoint: 'http://me:secret@localhost' }, ['WRONG_TYPE target.endpoint']],
    ['an unknown client', { client: 'fast' }, ['NOT_A_CHOICE target.client']],
    ['an unknown protocol', { protocol: 'http3' }, ['NOT_A_CHOICE target.protocol']],
    ['no shards', { create: { shards: 0 } }, ['OUT_OF_RANGE target.create.shards']],
    ['records over 10 MiB', { maxRecordBytes: '11MiB' }, ['OUT_OF_RANGE target.maxRecordBytes']],
    ['aggregated records put one by one', { put: 'record', aggregate: true }, ['CONFLICT target.aggregate']],
  ])('reports %s as a problem', (_, more, expected) => {
    expect(brief(withTarget(more))).toEqual(expected);
  });

  test('uses HTTP/2 for the AWS SDK, which then shares a connection', () => {
    expect(resolveScenario(withTarget({ client: 'sdk' })).target).toMatchObject({ client: 'sdk', protocol: 'http2' });
    expect(resolveScenario(withTarget({ protocol: 'http2' })).target).toMatchObject({ protocol: 'http2' });
  });

  test('fan-out from AWS with the SDK needs HTTP/2, and other endpoints and the lean client do not', () => {
    const consumers = [{ name: 'c', kind: 'fan-out' }];
    const sdk = { client: 'sdk', protocol: 'http1' };
    expect(brief(withTarget(sdk, { consumers }))).toEqual(['CONFLICT target.protocol']);
    const endpoint = 'http://localhost:4567';
    for (const target of [{ ...sdk, endpoint }, { protocol: 'http1' }]) {
      expect(resolveScenario(withTarget(target, { consumers })).consumers).toHaveLength(1);
    }
  });

  test('templates reserve room for the envelope', () => {
    const target = { ...kinesis, maxRecordBytes: '100B' };
    const template = (bytes: number) => ({ ...withWorkload({ payload: { template: 'x'.repeat(bytes) } }), target });
    expect(brief(template(80))).toEqual(['RECORD_TOO_LARGE workloads[0].payload.template']);
    expect(resolveScenario(template(60)).target).toMatchObject({ maxRecordBytes: 100 });
  });
});

test('a poll of another target has no limit', () => {
  const consumers = [{ name: 'c', kind: 'polling', limit: 100 }];
  expect(brief({ ...scenario, target: { kind: 'engine' }, consumers })).toEqual(['CONFLICT consumers[0].limit']);
});
