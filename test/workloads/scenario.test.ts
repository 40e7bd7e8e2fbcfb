import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isScenarioError } from '../../workloads/errors.ts';
import { parseScenario } from '../../workloads/parse.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import { aFolder } from './a-file.ts';
import { brief, phase, resolved, scenario, withPhase, withWorkload, workload } from './a-scenario.ts';

const folder = aFolder();

describe('a right scenario', () => {
  test('has every default filled in', () => {
    expect(resolveScenario(scenario)).toEqual({
      name: 'test',
      seed: 1,
      target: {
        kind: 'engine',
        shards: 4,
        limits: 'none',
        latency: 'none',
        memoryBytes: 256 * 2 ** 20,
        maxRecordBytes: 2 ** 20,
        whenFull: 'trim',
      },
      workloads: [
        {
          name: 'views',
          arrivals: { kind: 'constant' },
          phases: [
            { name: 'steady', startNs: 0, durationNs: 10e9, fromPerSecond: 1000, toPerSecond: 1000, recorded: true },
          ],
          keys: { kind: 'uniform', count: 10 },
          payload: { kind: 'size', size: { kind: 'fixed', bytes: 100 }, randomRatio: 1 },
          producers: {
            count: 1,
            batch: { records: 500, bytes: 1e6, lingerNs: 0 },
            inFlight: 8,
            whenBusy: 'wait',
            retry: { attempts: 10, baseNs: 1e8, capNs: 20e9 },
          },
        },
      ],
      consumers: [],
      thresholds: [],
      drainNs: 10e9,
    });
  });

  test('is frozen at every depth', () => {
    const { workloads } = resolveScenario(scenario);
    expect(Object.isFrozen(workloads[0]!.producers.batch)).toBe(true);
  });

  test.each([
    ['poisson', { kind: 'poisson' }],
    [{ onOff: { on: '1s', off: '3s' } }, { kind: 'on-off', meanOnNs: 1e9, meanOffNs: 3e9 }],
    [{ mmpp: { rates: [1800, 200], mean: ['1s', '2s'] } }, { kind: 'mmpp', rates: [1800, 200], meanNs: [1e9, 2e9] }],
  ])('understands the arrivals %j', (arrivals, expected) => {
    expect(resolved({ arrivals }).arrivals).toEqual(expected);
  });

  test.each([
    [
      { zipf: 0.99, count: 5 },
      { kind: 'zipf', exponent: 0.99, count: 5 },
    ],
    [
      { hot: { count: 2, share: 0.8 }, count: 1000 },
      { kind: 'hot', hotCount: 2, hotShare: 0.8, count: 1000 },
    ],
    [
      { sequential: true, count: 5 },
      { kind: 'sequential', count: 5 },
    ],
    [{ one: 'k'.repeat(256) }, { kind: 'one', key: 'k'.repeat(256) }],
  ])('understands the keys %j', (keys, expected) => {
    expect(resolved({ keys }).keys).toEqual(expected);
  });

  test.each([
    ['café', 'café'],
    ['cafe\u0301', 'café'],
    ['負荷', '負荷'],
    ['нагрузка 2', 'нагрузка 2'],
    ['عربی\u200cها', 'عربی\u200cها'],
  ])('accepts the name %j for a scenario, a workload, a phase and a consumer', (written, name) => {
    const value = { ...scenario, name: written, consumers: [{ name: written, kind: 'fan-out' }] };
    const named = { ...workload, name: written, phases: [{ ...phase, name: written }] };
    expect(resolveScenario({ ...value, workloads: [named] })).toMatchObject({
      name,
      workloads: [{ name, phases: [{ name }] }],
      consumers: [{ name }],
    });
  });

  test.each(['a/b', '../a', '.hidden', '-x', 'a\u0000', 'a\u202eb', 'a"b', "a'b", '\u0301a', ' a'])(
    'rejects the name %j',
    (name) => {
      expect(() => resolveScenario({ ...scenario, name })).toThrow('BAD_NAME');
    },
  );

  test('treats one name in two forms of Unicode as the same', () => {
    const consumers = ['café', 'cafe\u0301'].map((name) => ({ name, kind: 'fan-out' }));
    expect(() => resolveScenario({ ...scenario, consumers })).toThrow('DUPLICATE_NAME');
  });

  test('accepts a share as a percentage or as a number, wherever a scenario has one', () => {
    expect(resolved({ keys: { hot: { count: 2, share: '80%' }, count: 1000 } }).keys).toMatchObject({ hotShare: 0.8 });
    expect(resolved({ payload: { size: '1B', randomRatio: '50%' } }).payload).toMatchObject({ randomRatio: 0.5 });
  });

  test.each([
    ['keys.hot.share', withWorkload({ keys: { hot: { count: 1, share: 80 }, count: 5 } })],
    ['payload.randomRatio', withWorkload({ payload: { size: '1B', randomRatio: 80 } })],
    ['faults[0].rate', { ...scenario, faults: [{ kind: 'throttle', rate: 80 }] }],
  ])('rejects a share of 80 without % at %s, and suggests 80%%', (path, value) => {
    expect(() => resolveScenario(value)).toThrow(
      `${path}: OUT_OF_RANGE '80' is out of range. Write 80% if you mean percent`,
    );
  });

  test.each([
    [{ lognormal: { p50: '300B', p99: '2KB' } }, { kind: 'lognormal', p50Bytes: 300, p99Bytes: 2000 }],
    [
      { pareto: { shape: 1.2, min: '100B', max: '1KB' } },
      { kind: 'pareto', shape: 1.2, minBytes: 100, maxBytes: 1000 },
    ],
  ])('understands the sizes %j', (size, expected) => {
    expect(resolved({ payload: { size, randomRatio: 0.5 } }).payload).toEqual({
      kind: 'size',
      size: expected,
      randomRatio: 0.5,
    });
  });

  test.each([
    [{ kind: 'noop' }, { kind: 'noop', shards: 4, delay: { kind: 'none' }, stalls: [] }],
    [
      { kind: 'noop', delay: '2ms', stalls: [{ at: '5s', for: '500ms' }] },
      { kind: 'noop', shards: 4, delay: { kind: 'fixed', ns: 2e6 }, stalls: [{ atNs: 5e9, forNs: 5e8 }] },
    ],
    [
      { kind: 'noop', serviceTime: '20us' },
      {
        kind: 'noop',
        shards: 4,
        delay: { kind: 'none' },
        stalls: [],
        queue: { servers: 1, serviceNs: 20e3 },
      },
    ],
    [
      { kind: 'noop', delay: { lognormal: { p50: '2ms', p99: '20ms' } } },
      { kind: 'noop', shards: 4, delay: { kind: 'lognormal', p50Ns: 2e6, p99Ns: 2e7 }, stalls: [] },
    ],
  ])('understands the target %j', (target, expected) => {
    expect(resolveScenario({ ...scenario, target }).target).toEqual(expected);
  });

  test('understands limits of its own', () => {
    const target = { kind: 'engine', limits: { bytes: '2MB/s', records: '500/s', burst: '500ms' } };
    expect(resolveScenario({ ...scenario, target }).target).toMatchObject({
      limits: { bytesPerSecond: 2e6, recordsPerSecond: 500, burstSeconds: 0.5 },
    });
  });

  test('understands several consumers and phases', () => {
    const phases = [
      { name: 'warm-up', duration: '5s', rate: '1k/s', recorded: false },
      { name: 'ramp', duration: '2s', rate: { from: '0/s', to: '2k/s' } },
    ];
    const consumers = [
      { name: 'a', kind: 'polling' },
      { name: 'b', kind: 'polling', intervalMs: 50 },
      { name: 'c', kind: 'fan-out' },
    ];
    const found = resolveScenario({ ...withWorkload({ phases }), consumers });
    expect(found.workloads[0]!.phases).toEqual([
      { name: 'warm-up', startNs: 0, durationNs: 5e9, fromPerSecond: 1000, toPerSecond: 1000, recorded: false },
      { name: 'ramp', startNs: 5e9, durationNs: 2e9, fromPerSecond: 0, toPerSecond: 2000, recorded: true },
    ]);
    expect(found.consumers).toEqual([
      { name: 'a', kind: 'polling', intervalNs: 2e8 },
      { name: 'b', kind: 'polling', intervalNs: 5e7 },
      { name: 'c', kind: 'fan-out' },
    ]);
  });
});

describe('replays', () => {
  const lines = '{"at":0,"k":"a"}\n{"at":1000,"k":"b"}\n{"at":4000,"k":"a"}\n';
  const replay = (file: string, extra = {}) => ({ replay: { file, format: 'ndjson', ...extra } });

  test("resolves paths from the scenario file's folder", () => {
    folder.write('here.ndjson', lines);
    const value = withWorkload({ payload: replay('here.ndjson'), keys: { field: 'k' } });
    const { payload } = resolveScenario(value, { file: join(folder.path, 'x.yaml') }).workloads[0]!;
    expect(payload).toMatchObject({ replay: { path: join(folder.path, 'here.ndjson'), format: 'ndjson' } });
  });

  test('resolves sample: paths to the samples of the package', () => {
    expect(resolved({ payload: replay('sample:flights.ndjson'), keys: { field: 'origin' } }).keys).toEqual({
      kind: 'field',
      field: 'origin',
    });
  });

  test('makes one phase from recorded arrivals', () => {
    const file = folder.write('recorded.ndjson', lines);
    const { phases, ...rest } = workload;
    expect(phases.length).toBe(1);
    const value = {
      ...rest,
      arrivals: { recorded: { speed: 2 } },
      payload: replay(file, { timeField: 'at', timeUnit: 'ms' }),
    };
    expect(resolveScenario({ ...scenario, workloads: [value] }).workloads[0]!.phases).toEqual([
      {
        name: 'replay',
        startNs: 0,
        durationNs: 2e9 + 1,
        fromPerSecond: 3e9 / (2e9 + 1),
        toPerSecond: 3e9 / (2e9 + 1),
        recorded: true,
      },
    ]);
  });

  test.each([
    ['with phases', { phases: [phase] }, 'CONFLICT workloads[0].phases'],
    ['without a recording', { payload: { size: '1B' } }, 'CONFLICT workloads[0].arrivals.recorded'],
    [
      'without a time field',
      { payload: replay('sample:flights.ndjson') },
      'MISSING workloads[0].payload.replay.timeField',
    ],
    [
      'of one record only',
      { payload: replay(folder.write('single.ndjson', '{"at":0}\n'), { timeField: 'at', timeUnit: 'ms' }) },
      'REPLAY_TIME workloads[0].payload.replay.timeField',
    ],
    [
      'faster than any rate',
      { arrivals: { recorded: { speed: 1e12 } } },
      'OUT_OF_RANGE workloads[0].arrivals.recorded.speed',
    ],
  ])('reports recorded arrivals %s as a problem', (_, changes, problem) => {
    const base = {
      arrivals: { recorded: {} },
      phases: undefined,
      payload: replay('sample:flights.ndjson', { timeField: 'date' }),
    };
    expect(brief(withWorkload({ ...base, ...changes }))).toEqual([problem]);
  });
});

describe('YAML', () => {
  const failure = (text: string) => {
    try {
      parseScenario(text);
    } catch (error) {
      if (isScenarioError(error)) return error;
      throw error;
    }
    throw new Error('parsed');
  };

  test('reports line and column if it cannot be parsed', () => {
    expect(failure('name: x\nworkloads: [1\nother: 2\n').problems[0]).toMatchObject({
      code: 'SYNTAX',
      line: 3,
      column: 1,
    });
    expect(failure('name: x\nname: y\n').problems[0]).toMatchObject({ code: 'SYNTAX', line: 2 });
  });

  test('reports problems at their key, or at the nearest place above it', () => {
    const text =
      'name: x\nworkloads:\n  - name: a\n    phases:\n      - { name: p, duration: 5, rate: 1/s }\n    keys: { one: k }\n    payload: { size: 1B }\n';
    const error = failure(text);
    expect(error.problems).toMatchObject([{ path: 'workloads[0].phases[0].duration', line: 5, column: 20 }]);
    expect(error.message).toContain('5:20 workloads[0].phases[0].duration: BAD_UNIT 5 has no unit.');
    expect(failure('name: x\nworkloads:\n  - name: a\n    keys: { one: k }\n').problems[0]).toMatchObject({ line: 3 });
  });

  test('reports an empty file as a problem', () => {
    expect(failure('').problems.length).toBeGreaterThan(0);
    expect(failure('- 1\n- 2\n').problems.length).toBeGreaterThan(0);
  });
});

describe('the hash', () => {
  const hash = (value: unknown) => scenarioHash(resolveScenario(value));

  test('does not depend on the order of keys, nor on defaults being written down', () => {
    expect(hash(scenario)).toMatch(/^[0-9a-f]{64}$/);
    expect(hash({ seed: 1, workloads: [Object.fromEntries(Object.entries(workload).reverse())], name: 'test' })).toBe(
      hash(scenario),
    );
  });

  test('depends on the load and on the target', () => {
    expect(hash({ ...scenario, seed: 2 })).not.toBe(hash(scenario));
    expect(hash(withPhase({ rate: '1001/s' }))).not.toBe(hash(scenario));
  });

  test("depends on a recording's name and content and not on its folder", () => {
    const other = aFolder();
    const hashOf = (file: string) => hash(withWorkload({ payload: { replay: { file, format: 'log' } } }));
    const first = hashOf(folder.write('same.log', 'a\n'));
    expect(hashOf(other.write('same.log', 'a\n'))).toBe(first);
    expect(hashOf(other.write('same.log', 'b\n'))).not.toBe(first);
    expect(hashOf(other.write('other.log', 'a\n'))).not.toBe(first);
  });
});
