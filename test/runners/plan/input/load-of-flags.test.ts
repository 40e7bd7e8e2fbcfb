import { describe, expect, test } from 'vitest';
import { consumersOfFlag } from '../../../../runners/plan/input/consumers-flag.ts';
import { keysOfFlag } from '../../../../runners/plan/input/keys-flag.ts';
import { scenarioOfFlags } from '../../../../runners/plan/input/load-of-flags.ts';

describe('a scenario from flags', () => {
  test('has the rate, the size, the keys and the consumers that were given', () => {
    const scenario = scenarioOfFlags({ rate: '5k/s', size: '800B', keys: 'zipf:0.99:100000', consumers: '3' });
    const workload = scenario.workloads[0]!;
    expect(workload.phases).toMatchObject([{ fromPerSecond: 5000, toPerSecond: 5000, durationNs: 60e9 }]);
    expect(workload.payload).toMatchObject({ kind: 'size', size: { kind: 'fixed', bytes: 800 } });
    expect(workload.keys).toEqual({ kind: 'zipf', exponent: 0.99, count: 100_000 });
    expect(scenario.consumers.map(({ kind }) => kind)).toEqual(['polling', 'polling', 'polling']);
  });

  test('retries as the AWS SDK does, on an engine with the limits of AWS', () => {
    const { target, workloads } = scenarioOfFlags({ rate: '1/s', size: '1KB' });
    expect(workloads[0]!.producers.retry).toEqual({ attempts: 3, baseNs: 1e9, capNs: 20e9 });
    expect(workloads[0]!.arrivals).toEqual({ kind: 'poisson' });
    expect(target).toMatchObject({ kind: 'engine', limits: 'aws' });
  });

  test('accepts records larger than 1 MiB', () => {
    expect(scenarioOfFlags({ rate: '1/s', size: '5MiB' }).workloads[0]!.payload).toMatchObject({
      size: { bytes: 5 * 2 ** 20 },
    });
  });

  test.each([
    [{ size: '800B' }, /RUNNER_USAGE .*--rate/],
    [{ rate: '5000/s' }, /RUNNER_USAGE .*--size/],
    [{ rate: '5000', size: '800B' }, /--rate: '5000' has no unit/],
    [{ rate: '0/s', size: '800B' }, /--rate must be a rate above 0/],
    [{ rate: '5000/s', size: '11MiB' }, /--size must be a size from 1B to 10MiB/],
    [{ rate: '5000/s', size: '800B', duration: '25h' }, /--duration must be/],
    [{ rate: '5000/s', size: '800B', keys: 'zipf' }, /--keys needs an exponent/],
  ])('rejects %j and names the flag', (flags, message) => {
    expect(() => scenarioOfFlags(flags)).toThrow(message);
  });
});

describe('--keys', () => {
  test.each([
    ['uniform:1000', { uniform: true, count: 1000 }],
    ['zipf:1.2:50', { zipf: 1.2, count: 50 }],
    ['sequential:7', { sequential: true, count: 7 }],
    ['hot:50%:2:1000', { hot: { share: 0.5, count: 2 }, count: 1000 }],
    ['one', { one: 'key' }],
    ['one:a:b', { one: 'a:b' }],
  ])('reads the value %s', (text, keys) => {
    expect(keysOfFlag(text)).toEqual(keys);
  });

  test.each(['uniform', 'uniform:0', 'uniform:1e9', 'zipf:x:10', 'zipf:1', 'hot:50%:1', 'hot:2:1:10', 'random:10'])(
    'rejects the value %s',
    (text) => {
      expect(() => keysOfFlag(text)).toThrow(/RUNNER_USAGE --keys needs/);
    },
  );
});

describe('--consumers', () => {
  const second = { kind: 'polling', intervalNs: 1e9 } as const;
  test.each([
    ['2', [second, second]],
    ['polling:200ms', [{ kind: 'polling', intervalNs: 200e6 }]],
    ['2 fan-out', [{ kind: 'fan-out' }, { kind: 'fan-out' }]],
    [
      '1 fan-out, 2 polling:5s',
      [{ kind: 'fan-out' }, { kind: 'polling', intervalNs: 5e9 }, { kind: 'polling', intervalNs: 5e9 }],
    ],
    ['none', []],
    ['0', []],
  ])('reads the value %s', (text, consumers) => {
    expect(consumersOfFlag(text).map(({ name: _, ...consumer }) => consumer)).toEqual(consumers);
  });

  test('gives every consumer a name of its own', () => {
    expect(consumersOfFlag('2 polling, fan-out').map(({ name }) => name)).toEqual([
      'consumer-1',
      'consumer-2',
      'consumer-3',
    ]);
  });

  test.each(['x', '2 fan-out:1s', 'polling:0s', '101', '2,,3'])('rejects the value %s', (text) => {
    expect(() => consumersOfFlag(text)).toThrow(/RUNNER_USAGE --consumers needs/);
  });
});
