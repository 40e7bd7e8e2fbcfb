import { describe, expect, test } from 'vitest';
import { resolveScenario } from '../../workloads/resolve.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import { brief, problemsOf, scenario, workload } from './a-scenario.ts';

const long = { ...scenario, workloads: [{ ...workload, phases: [{ name: 's', duration: '60s', rate: '100/s' }] }] };
const withSteps = (...steps: object[]) => ({ ...long, steps });
const withFaults = (...faults: object[]) => ({ ...long, faults });

describe('steps', () => {
  test('are sorted by time, and name shards by number or id', () => {
    const { steps } = resolveScenario(
      withSteps(
        { at: '30s', shards: 8 },
        { at: '10s', split: 'hottest' },
        { at: '10s', split: 'shardId-000000000003' },
        { at: '0s', merge: [0, 'shardId-000000000001'] },
        { at: '20s', merge: 'coldest' },
      ),
    );
    expect(steps).toEqual([
      { kind: 'merge', atNs: 0, shards: [0, 1] },
      { kind: 'split', atNs: 10e9, shard: 'hottest' },
      { kind: 'split', atNs: 10e9, shard: 3 },
      { kind: 'merge', atNs: 20e9, shards: 'coldest' },
      { kind: 'shard-count', atNs: 30e9, count: 8 },
    ]);
  });

  test('change neither the scenario nor its hash if there are none', () => {
    const without = resolveScenario(long);
    expect(resolveScenario({ ...long, steps: [], faults: [] })).toEqual(without);
    expect(without).not.toHaveProperty('steps');
    expect(without).not.toHaveProperty('faults');
    expect(scenarioHash(resolveScenario(withSteps({ at: '1s', shards: 2 })))).not.toBe(scenarioHash(without));
  });

  test.each<[string, object, string[]]>([
    ['a misspelt word', { at: '1s', split: 'hotest' }, ['WRONG_TYPE steps[0].split']],
    ['a shard below 0', { at: '1s', split: -1 }, ['WRONG_TYPE steps[0].split']],
    ['a time without a unit', { at: 1, split: 0 }, ['BAD_UNIT steps[0].at']],
    ['no time', { split: 0 }, ['MISSING steps[0].at']],
    ['nothing to do', { at: '1s' }, ['MISSING steps[0]']],
    ['an unknown key', { at: '1s', merg: 'coldest' }, ['UNKNOWN_KEY steps[0].merg']],
    ['no shards', { at: '1s', shards: 0 }, ['OUT_OF_RANGE steps[0].shards']],
    ['more shards than the engine has', { at: '1s', shards: 5000 }, ['OUT_OF_RANGE steps[0].shards']],
    ['one shard merged with itself', { at: '1s', merge: [2, 2] }, ['OUT_OF_RANGE steps[0].merge']],
    ['a time after the load', { at: '60s', shards: 2 }, ['OUT_OF_RANGE steps[0].at']],
  ])('reports %s as a problem', (_, step, expected) => {
    expect(brief(withSteps(step))).toEqual(expected);
  });

  test('name only shards that the steps before them can create', () => {
    const target = { kind: 'engine', shards: 2 };
    const pathsOf = (...steps: object[]) => brief({ ...withSteps(...steps), target });
    expect(pathsOf({ at: '1s', split: 2 })).toEqual(['OUT_OF_RANGE steps[0].split']);
    expect(pathsOf({ at: '2s', split: 2 }, { at: '1s', split: 'hottest' })).toEqual([]);
    expect(pathsOf({ at: '2s', merge: [1, 4] }, { at: '1s', split: 0 })).toEqual(['OUT_OF_RANGE steps[0].merge']);
    expect(pathsOf({ at: '1s', shards: 5 }, { at: '2s', merge: [5, 6] })).toEqual([]);
  });

  test('are rejected for a target whose shards never change', () => {
    expect(brief({ ...withSteps({ at: '1s', shards: 2 }), target: { kind: 'noop' } })).toEqual(['CONFLICT steps']);
  });

  test('reports for a malformed step the expected form', () => {
    expect(problemsOf(withSteps({ at: '1s', split: 'x' }))[0]?.fix).toContain('hottest');
    expect(problemsOf(withSteps({ at: '1s', merg: 1 }))[0]?.fix).toBe("Did you mean 'merge'?");
  });
});

describe('faults', () => {
  test('are resolved to ns and shares', () => {
    const { faults } = resolveScenario(
      withFaults(
        { kind: 'error', from: '20s', until: '30s', operation: 'PutRecords', code: 'InternalFailure', rate: '5%' },
        { kind: 'latency', ms: 0.5, rate: 0.25 },
        { kind: 'stall', from: '1s', until: '2s' },
        { kind: 'lose-response', rate: '0.1%' },
        { kind: 'throttle', shard: 'shardId-000000000002' },
      ),
    );
    expect(faults).toEqual([
      { kind: 'error', fromNs: 20e9, untilNs: 30e9, operation: 'PutRecords', code: 'InternalFailure', rateRatio: 0.05 },
      { kind: 'latency', fromNs: 0, delayNs: 500_000, rateRatio: 0.25 },
      { kind: 'stall', fromNs: 1e9, untilNs: 2e9 },
      { kind: 'lose-response', fromNs: 0, rateRatio: 0.001 },
      { kind: 'throttle', fromNs: 0, shard: 2, rateRatio: 1 },
    ]);
  });

  test.each<[string, object, string[]]>([
    ['no kind', { from: '1s' }, ['MISSING faults[0].kind']],
    ['a misspelt kind', { kind: 'latenci', ms: 1 }, ['NOT_A_CHOICE faults[0].kind']],
    ['an error without a code', { kind: 'error' }, ['MISSING faults[0].code']],
    ['a stall without an end', { kind: 'stall' }, ['MISSING faults[0].until']],
    ['an end before the beginning', { kind: 'latency', ms: 1, from: '2s', until: '1s' }, ['CONFLICT faults[0].until']],
    ['a beginning after the load', { kind: 'latency', ms: 1, from: '2m' }, ['OUT_OF_RANGE faults[0].from']],
    ['more than all', { kind: 'lose-response', rate: '101%' }, ['OUT_OF_RANGE faults[0].rate']],
    ['a share in seconds', { kind: 'lose-response', rate: '5s' }, ['BAD_UNIT faults[0].rate']],
    ['no shard at all', { kind: 'throttle', shard: 'x' }, ['WRONG_TYPE faults[0].shard']],
    ['a misspelt operation', { kind: 'throttle', operation: 'put records' }, ['BAD_NAME faults[0].operation']],
    [
      'a throttle of what is not throttled',
      { kind: 'throttle', operation: 'SubscribeToShard' },
      ['CONFLICT faults[0].operation', 'CONFLICT faults[0].kind'],
    ],
    [
      'an error for one shard of many',
      { kind: 'error', code: 'E', operation: 'PutRecords', shard: 1 },
      ['CONFLICT faults[0].shard'],
    ],
    ['connections of the engine in process', { kind: 'drop-connection' }, ['CONFLICT faults[0].kind']],
    [
      'calls that nobody makes on it',
      { kind: 'error', code: 'E', operation: 'ListShards' },
      ['CONFLICT faults[0].operation'],
    ],
    [
      'polls slowed down one by one on it',
      { kind: 'latency', ms: 1, operation: 'GetRecords' },
      ['CONFLICT faults[0].kind'],
    ],
    ['puts of one shard slowed down on it', { kind: 'latency', ms: 1, shard: 1 }, ['CONFLICT faults[0].shard']],
  ])('reports %s as a problem', (_, fault, expected) => {
    expect(brief(withFaults(fault))).toEqual(expected);
  });

  test('are rejected if the target supports none, and accepted by the served engine', () => {
    const faults = [{ kind: 'drop-connection', operation: 'PutRecords' }];
    const kinesis = { kind: 'kinesis', stream: 's' };
    expect(brief({ ...long, faults, target: { kind: 'noop' } })).toEqual(['CONFLICT faults']);
    expect(brief({ ...long, faults, target: kinesis })).toEqual(['CONFLICT faults']);
    expect(brief({ ...long, faults, target: { ...kinesis, endpoint: 'http://localhost:4567' } })).toEqual([]);
  });
});
