import { describe, expect, test } from 'vitest';
import { estimateCost } from '../../../../runners/targets/firehose/cost.ts';
import { firehoseKind } from '../../../../runners/targets/firehose/firehose-kind.ts';
import { resolveScenario } from '../../../../workloads/resolve.ts';
import type { FirehoseTargetSpec } from '../../../../workloads/targets/firehose.ts';
import { phase, scenario, workload } from '../../../workloads/a-scenario.ts';

const ROLE = 'arn:aws:iam::123456789012:role/firehose';
const resolved = (target: object, workloads: object[] = [workload]) =>
  resolveScenario({ ...scenario, target: { kind: 'firehose', deliveryStream: 'logs', ...target }, workloads });
const specOf = (target: object) => resolved(target).target as FirehoseTargetSpec;
const ON_AWS = { destination: { bucket: 'archive' } };
const FOLDER = { destination: { folder: '/objects' } };

describe('the charges of a run', () => {
  test('are for the volume, with each record rounded up to 5 KB', () => {
    const workloads = [
      { ...workload, name: 'small', phases: [{ ...phase, duration: '1s', rate: '1000/s' }], payload: { size: '1KiB' } },
      { ...workload, name: 'large', phases: [{ ...phase, duration: '1s', rate: '500/s' }], payload: { size: '6KiB' } },
    ];
    const gigabytes = (1000 * 5120 + 500 * 10_240) / 2 ** 30;
    expect(estimateCost(resolved(ON_AWS, workloads))).toEqual({
      usd: gigabytes * 0.029,
      lines: [{ what: '0.010 GB in, each record rounded up to 5 KB', usd: gigabytes * 0.029 }],
      prices: 'us-east-1, 2026-05',
    });
  });

  test.each<[object, boolean]>([
    [ON_AWS, true],
    [{ ...ON_AWS, endpoint: 'https://firehose.eu-west-1.amazonaws.com' }, true],
    [{ ...FOLDER, endpoint: 'http://127.0.0.1:4567' }, false],
    [{ local: true }, false],
  ])('are incurred on %j: %s', (target, isIncurred) => {
    expect(firehoseKind.cost?.isIncurred(specOf(target))).toBe(isIncurred);
  });
});

test.each<[object, object | undefined]>([
  [
    { ...ON_AWS, region: 'us-east-1' },
    { recordsPerSecond: 500_000, bytesPerSecond: 5 * 2 ** 20 },
  ],
  [
    { ...ON_AWS, region: 'eu-north-1' },
    { recordsPerSecond: 100_000, bytesPerSecond: 2 ** 20 },
  ],
  [
    { local: true, limits: 'aws', region: 'us-west-2' },
    { recordsPerSecond: 500_000, bytesPerSecond: 5 * 2 ** 20 },
  ],
  [{ local: true }, undefined],
  [{ ...FOLDER, endpoint: 'http://127.0.0.1:4567' }, undefined],
])('the quota of %j is %j', (target, expected) => {
  const quota = firehoseKind.shardLimits?.(specOf(target));
  if (expected === undefined) expect(quota).toBeUndefined();
  else expect(quota).toMatchObject(expected);
});

test('a run creates resources if it creates a delivery stream that outlives it', () => {
  expect(firehoseKind.createsResources?.(specOf({ ...ON_AWS, create: { role: ROLE } }), [])).toBe(true);
  expect(firehoseKind.createsResources?.(specOf(ON_AWS), [])).toBe(false);
  expect(firehoseKind.createsResources?.(specOf({ local: true }), [])).toBe(false);
});

test('parts of a run share a delivery stream that exists', () => {
  expect(firehoseKind.partsProblem?.(specOf(ON_AWS), resolved(ON_AWS))).toBeUndefined();
  expect(firehoseKind.partsProblem?.(specOf({ local: true }), resolved({ local: true }))?.what).toMatch(/create/);
});

describe('a block of a gate', () => {
  const forBlock = (target: object) => firehoseKind.gate?.forBlock?.(specOf(target), 12).deliveryStream;

  test('has a delivery stream of its own if the run creates it on AWS', () => {
    const create = { role: ROLE };
    expect(forBlock({ ...ON_AWS, create })).toBe('logs-12');
    expect(forBlock({ ...ON_AWS, create, deliveryStream: 'l'.repeat(64) })).toBe(`${'l'.repeat(61)}-12`);
    expect(forBlock(ON_AWS)).toBe('logs');
    expect(forBlock({ local: true })).toBe('logs');
  });

  test('has the folder of its own side file', () => {
    const from = (written: object) => firehoseKind.gate?.withPathsFrom?.(written, '/sides');
    expect(from({ destination: { folder: 'objects' } })).toEqual({ destination: { folder: '/sides/objects' } });
    expect(from(FOLDER)).toEqual(FOLDER);
    expect(from(ON_AWS)).toEqual(ON_AWS);
    expect(from({ local: true })).toEqual({ local: true });
  });
});

test('a target is described in a few words', () => {
  const { title, details, place } = firehoseKind;
  const local = specOf({ local: true, create: { buffer: { interval: '2s' }, compression: 'gzip' } });
  expect(title(local)).toBe('local firehose stream logs');
  expect(details(local)).toEqual([
    'no quotas',
    'created and deleted afterwards',
    'buffers of 1MiB or 2.00s',
    'gzip objects',
    'read from a temporary folder',
    'PutRecordBatch',
    'calls time out after 10.0s',
  ]);
  const aws = specOf({ destination: { bucket: 'archive', prefix: 'a/' }, region: 'eu-west-1', put: 'record' });
  expect(details(aws)).toEqual([
    'endpoint from the AWS environment',
    'region eu-west-1',
    'must exist',
    'read from s3://archive/a/',
    'PutRecord',
    'calls time out after 10.0s',
  ]);
  expect(place?.(aws)).toBe('in eu-west-1');
});
