import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ScenarioError } from '../../workloads/errors.ts';
import { parseScenario } from '../../workloads/parse.ts';
import { type ResolveOptions, resolveScenario } from '../../workloads/resolve.ts';
import { scenarioHash } from '../../workloads/scenario-hash.ts';
import { aFolder } from './a-file.ts';

const folder = aFolder();

const phase = { name: 'steady', duration: '10s', rate: '1000/s' };
const workload = { name: 'views', phases: [phase], keys: { uniform: true, count: 10 }, payload: { size: '100B' } };
const scenario = { name: 'test', workloads: [workload] };
const withWorkload = (changes: object) => ({ ...scenario, workloads: [{ ...workload, ...changes }] });
const withPhase = (changes: object) => withWorkload({ phases: [{ ...phase, ...changes }] });
const resolved = (changes: object) => resolveScenario(withWorkload(changes)).workloads[0]!;

function problemsOf(value: unknown, options: ResolveOptions = {}) {
  try {
    resolveScenario(value, options);
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  return [];
}
const brief = (value: unknown, options: ResolveOptions = {}) =>
  problemsOf(value, options).map(({ code, path }) => `${code} ${path}`);

describe('a right scenario', () => {
  test('gets every default', () => {
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

  test('is frozen all the way down', () => {
    const { workloads } = resolveScenario(scenario);
    expect(Object.isFrozen(workloads[0]!.producers.batch)).toBe(true);
  });

  test.each([
    ['poisson', { kind: 'poisson' }],
    [{ onOff: { on: '1s', off: '3s' } }, { kind: 'on-off', meanOnNs: 1e9, meanOffNs: 3e9 }],
    [{ mmpp: { rates: [1800, 200], mean: ['1s', '2s'] } }, { kind: 'mmpp', rates: [1800, 200], meanNs: [1e9, 2e9] }],
  ])('arrivals %j are understood', (arrivals, expected) => {
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
  ])('keys %j are understood', (keys, expected) => {
    expect(resolved({ keys }).keys).toEqual(expected);
  });

  test.each([
    [{ lognormal: { p50: '300B', p99: '2KB' } }, { kind: 'lognormal', p50Bytes: 300, p99Bytes: 2000 }],
    [
      { pareto: { shape: 1.2, min: '100B', max: '1KB' } },
      { kind: 'pareto', shape: 1.2, minBytes: 100, maxBytes: 1000 },
    ],
  ])('sizes %j are understood', (size, expected) => {
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
      { kind: 'noop', delay: { lognormal: { p50: '2ms', p99: '20ms' } } },
      { kind: 'noop', shards: 4, delay: { kind: 'lognormal', p50Ns: 2e6, p99Ns: 2e7 }, stalls: [] },
    ],
  ])('target %j is understood', (target, expected) => {
    expect(resolveScenario({ ...scenario, target }).target).toEqual(expected);
  });

  test('custom limits are understood', () => {
    const target = { kind: 'engine', limits: { bytes: '2MB/s', records: '500/s', burst: '500ms' } };
    expect(resolveScenario({ ...scenario, target }).target).toMatchObject({
      limits: { bytesPerSecond: 2e6, recordsPerSecond: 500, burstSeconds: 0.5 },
    });
  });

  test('consumers and phases one after the other are understood', () => {
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

  test("paths start at the scenario file's folder", () => {
    folder.write('here.ndjson', lines);
    const value = withWorkload({ payload: replay('here.ndjson'), keys: { field: 'k' } });
    const { payload } = resolveScenario(value, { file: join(folder.path, 'x.yaml') }).workloads[0]!;
    expect(payload).toMatchObject({ replay: { path: join(folder.path, 'here.ndjson'), format: 'ndjson' } });
  });

  test('sample: paths are samples that come along', () => {
    expect(resolved({ payload: replay('sample:flights.ndjson'), keys: { field: 'origin' } }).keys).toEqual({
      kind: 'field',
      field: 'origin',
    });
  });

  test('recorded arrivals make one phase of the recording', () => {
    const file = folder.write('recorded.ndjson', lines);
    const { phases, ...rest } = workload;
    expect(phases.length).toBe(1);
    const value = { ...rest, arrivals: { recorded: { speed: 2 } }, payload: replay(file, { timeField: 'at' }) };
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
      { payload: replay(folder.write('single.ndjson', '{"at":0}\n'), { timeField: 'at' }) },
      'REPLAY_TIME workloads[0].payload.replay.timeField',
    ],
    [
      'faster than any rate',
      { arrivals: { recorded: { speed: 1e12 } } },
      'OUT_OF_RANGE workloads[0].arrivals.recorded.speed',
    ],
  ])('recorded arrivals %s are a problem', (_, changes, problem) => {
    const base = {
      arrivals: { recorded: {} },
      phases: undefined,
      payload: replay('sample:flights.ndjson', { timeField: 'date' }),
    };
    expect(brief(withWorkload({ ...base, ...changes }))).toEqual([problem]);
  });
});

describe('what is wrong is told with its place', () => {
  test.each<[string, unknown, string[]]>([
    ['nothing at all', undefined, ['MISSING ']],
    ['a text', 'hello', ['WRONG_TYPE ']],
    ['an empty scenario', {}, ['MISSING name', 'MISSING workloads']],
    ['no workload', { ...scenario, workloads: [] }, ['EMPTY workloads']],
    ['an empty name', { ...scenario, name: '' }, ['EMPTY name', 'BAD_NAME name']],
    ['a name with a slash', { ...scenario, name: 'a/b' }, ['BAD_NAME name']],
    ['an unknown key', { ...scenario, sed: 1 }, ['UNKNOWN_KEY sed']],
    ['a negative seed', { ...scenario, seed: -1 }, ['OUT_OF_RANGE seed']],
    ['half a seed', { ...scenario, seed: 1.5 }, ['WRONG_TYPE seed']],
    ['an unknown target', { ...scenario, target: { kind: 'kinesys' } }, ['NOT_A_CHOICE target.kind']],
    ['a target without kind', { ...scenario, target: { shards: 3 } }, ['MISSING target.kind']],
    ['no shards', { ...scenario, target: { kind: 'engine', shards: 0 } }, ['OUT_OF_RANGE target.shards']],
    [
      'a setting of another target',
      { ...scenario, target: { kind: 'noop', limits: 'aws' } },
      ['UNKNOWN_KEY target.limits'],
    ],
    ['unknown limits', { ...scenario, target: { kind: 'engine', limits: 'aw' } }, ['NOT_A_CHOICE target.limits']],
    [
      'limits in records where bytes belong',
      { ...scenario, target: { kind: 'engine', limits: { bytes: '1000/s', records: '1/s' } } },
      ['BAD_UNIT target.limits.bytes'],
    ],
    [
      'records over 10 MiB',
      { ...scenario, target: { kind: 'engine', maxRecordBytes: '11MiB' } },
      ['OUT_OF_RANGE target.maxRecordBytes'],
    ],
    [
      'a delay whose p99 is below its p50',
      { ...scenario, target: { kind: 'noop', delay: { lognormal: { p50: '2ms', p99: '1ms' } } } },
      ['OUT_OF_RANGE target.delay.lognormal.p99'],
    ],
    ['a negative delay', { ...scenario, target: { kind: 'noop', delay: '-1ms' } }, ['OUT_OF_RANGE target.delay']],
    ['unknown arrivals', withWorkload({ arrivals: 'poison' }), ['NOT_A_CHOICE workloads[0].arrivals']],
    [
      'arrivals of rate zero',
      withWorkload({ arrivals: { mmpp: { rates: [0, 0], mean: ['1s', '1s'] } } }),
      ['OUT_OF_RANGE workloads[0].arrivals.mmpp.rates'],
    ],
    [
      'bursts without length',
      withWorkload({ arrivals: { onOff: { on: '0s', off: '1s' } } }),
      ['OUT_OF_RANGE workloads[0].arrivals.onOff.on'],
    ],
    ['no phases', withWorkload({ phases: undefined }), ['MISSING workloads[0].phases']],
    ['empty phases', withWorkload({ phases: [] }), ['EMPTY workloads[0].phases']],
    ['only a warm-up', withPhase({ recorded: false }), ['CONFLICT workloads[0].phases']],
    ['a duration without unit', withPhase({ duration: 10 }), ['BAD_UNIT workloads[0].phases[0].duration']],
    ['a duration of zero', withPhase({ duration: '0s' }), ['OUT_OF_RANGE workloads[0].phases[0].duration']],
    ['a negative duration', withPhase({ duration: '-1s' }), ['OUT_OF_RANGE workloads[0].phases[0].duration']],
    ['no duration', withPhase({ duration: undefined }), ['MISSING workloads[0].phases[0].duration']],
    ['a rate without unit', withPhase({ rate: 1000 }), ['BAD_UNIT workloads[0].phases[0].rate']],
    ['a rate of zero', withPhase({ rate: '0/s' }), ['OUT_OF_RANGE workloads[0].phases[0].rate']],
    ['a negative rate', withPhase({ rate: '-1/s' }), ['OUT_OF_RANGE workloads[0].phases[0].rate']],
    ['a rate over 100 million', withPhase({ rate: '101M/s' }), ['OUT_OF_RANGE workloads[0].phases[0].rate']],
    ['no rate', withPhase({ rate: undefined }), ['MISSING workloads[0].phases[0].rate']],
    [
      'a ramp from zero to zero',
      withPhase({ rate: { from: '0/s', to: '0/s' } }),
      ['OUT_OF_RANGE workloads[0].phases[0].rate'],
    ],
    ['half a ramp', withPhase({ rate: { from: '0/s' } }), ['MISSING workloads[0].phases[0].rate.to']],
    ['no keys', withWorkload({ keys: undefined }), ['MISSING workloads[0].keys']],
    ['keys without a kind', withWorkload({ keys: { count: 5 } }), ['MISSING workloads[0].keys']],
    ['a misspelt kind of keys', withWorkload({ keys: { zpif: 1, count: 5 } }), ['UNKNOWN_KEY workloads[0].keys.zpif']],
    [
      'an exponent that is a word',
      withWorkload({ keys: { zipf: 'steep', count: 5 } }),
      ['WRONG_TYPE workloads[0].keys.zipf'],
    ],
    [
      'uniform: false',
      withWorkload({ keys: { uniform: false, count: 5 } }),
      ['NOT_A_CHOICE workloads[0].keys.uniform'],
    ],
    ['no key count', withWorkload({ keys: { zipf: 1 } }), ['MISSING workloads[0].keys.count']],
    ['too many keys', withWorkload({ keys: { zipf: 1, count: 10_000_001 } }), ['OUT_OF_RANGE workloads[0].keys.count']],
    [
      'nothing but hot keys',
      withWorkload({ keys: { hot: { count: 5, share: 0.5 }, count: 5 } }),
      ['OUT_OF_RANGE workloads[0].keys.hot.count'],
    ],
    [
      'a share in percent',
      withWorkload({ keys: { hot: { count: 1, share: 80 }, count: 5 } }),
      ['OUT_OF_RANGE workloads[0].keys.hot.share'],
    ],
    ['an empty key', withWorkload({ keys: { one: '' } }), ['EMPTY workloads[0].keys.one']],
    [
      'a key of 257 characters',
      withWorkload({ keys: { one: 'k'.repeat(257) } }),
      ['KEY_TOO_LONG workloads[0].keys.one'],
    ],
    ['keys from a field of nothing', withWorkload({ keys: { field: 'f' } }), ['CONFLICT workloads[0].keys.field']],
    ['a size without unit', withWorkload({ payload: { size: 100 } }), ['BAD_UNIT workloads[0].payload.size']],
    ['a size of zero', withWorkload({ payload: { size: '0B' } }), ['OUT_OF_RANGE workloads[0].payload.size']],
    [
      'a record over the limit',
      withWorkload({ payload: { size: '2MiB' } }),
      ['RECORD_TOO_LARGE workloads[0].payload.size'],
    ],
    [
      'a median over the limit',
      withWorkload({ payload: { size: { lognormal: { p50: '2MiB', p99: '3MiB' } } } }),
      ['RECORD_TOO_LARGE workloads[0].payload.size.lognormal.p50'],
    ],
    [
      'a Pareto upside down',
      withWorkload({ payload: { size: { pareto: { shape: 1, min: '2KB', max: '1KB' } } } }),
      ['OUT_OF_RANGE workloads[0].payload.size.pareto.max'],
    ],
    [
      'a template with an unknown placeholder',
      withWorkload({ payload: { template: { a: ['{{nope}}'] } } }),
      ['BAD_TEMPLATE workloads[0].payload.template.a[0]'],
    ],
    [
      'a template over the limit',
      {
        ...withWorkload({ payload: { template: 'x'.repeat(100) } }),
        target: { kind: 'engine', maxRecordBytes: '50B' },
      },
      ['RECORD_TOO_LARGE workloads[0].payload.template'],
    ],
    [
      'a missing recording',
      withWorkload({ payload: { replay: { file: 'no.csv', format: 'csv' } } }),
      ['REPLAY_MISSING workloads[0].payload.replay.file'],
    ],
    [
      'an unknown format',
      withWorkload({ payload: { replay: { file: 'no.csv', format: 'xml' } } }),
      ['NOT_A_CHOICE workloads[0].payload.replay.format'],
    ],
    ['no producers', withWorkload({ producers: { count: 0 } }), ['OUT_OF_RANGE workloads[0].producers.count']],
    [
      'linger with a unit',
      withWorkload({ producers: { batch: { lingerMs: '10ms' } } }),
      ['WRONG_TYPE workloads[0].producers.batch.lingerMs'],
    ],
    [
      'a cap below the base',
      withWorkload({ producers: { retry: { base: '2s', cap: '1s' } } }),
      ['OUT_OF_RANGE workloads[0].producers.retry.cap'],
    ],
    [
      'an unknown way to be busy',
      withWorkload({ producers: { whenBusy: 'block' } }),
      ['NOT_A_CHOICE workloads[0].producers.whenBusy'],
    ],
    [
      'an unknown consumer',
      { ...scenario, consumers: [{ name: 'c', kind: 'fanout' }] },
      ['NOT_A_CHOICE consumers[0].kind'],
    ],
    [
      'an interval for fan-out',
      { ...scenario, consumers: [{ name: 'c', kind: 'fan-out', intervalMs: 1 }] },
      ['UNKNOWN_KEY consumers[0].intervalMs'],
    ],
    [
      'an interval of zero',
      { ...scenario, consumers: [{ name: 'c', kind: 'polling', intervalMs: 0 }] },
      ['OUT_OF_RANGE consumers[0].intervalMs'],
    ],
    ['a threshold that is no text', { ...scenario, thresholds: [1] }, ['WRONG_TYPE thresholds[0]']],
    [
      'two workloads of one name',
      { ...scenario, workloads: [workload, workload] },
      ['DUPLICATE_NAME workloads[1].name'],
    ],
    [
      'two phases of one name',
      withWorkload({ phases: [phase, phase] }),
      ['DUPLICATE_NAME workloads[0].phases[1].name'],
    ],
    [
      'two consumers of one name',
      {
        ...scenario,
        consumers: [
          { name: 'c', kind: 'fan-out' },
          { name: 'c', kind: 'polling' },
        ],
      },
      ['DUPLICATE_NAME consumers[1].name'],
    ],
  ])('%s', (_, value, problems) => {
    expect(brief(value)).toEqual(problems);
  });

  test('every problem says what is wrong and what to do', () => {
    for (const value of [{}, { ...scenario, sed: 1 }, withPhase({ rate: 5 }), withWorkload({ keys: {} })]) {
      for (const { what, fix } of problemsOf(value)) {
        expect(what.length).toBeGreaterThan(5);
        expect(fix.length).toBeGreaterThan(5);
      }
    }
  });

  test('an unknown key gets the nearest known one', () => {
    expect(problemsOf({ ...scenario, sed: 1 })[0]?.fix).toBe("Did you mean 'seed'?");
    expect(problemsOf(withWorkload({ keys: { zpif: 1, count: 5 } }))[0]?.fix).toBe("Did you mean 'zipf'?");
    expect(problemsOf({ ...scenario, target: { kind: 'engin' } })[0]?.fix).toBe(
      "Did you mean 'engine'? Possible: engine, noop.",
    );
  });

  test('a threshold is judged by whoever knows its grammar', () => {
    const options: ResolveOptions = {
      checkThreshold: (text, context) => (text === 'lost == 0' ? undefined : JSON.stringify(context)),
    };
    const value = { ...scenario, consumers: [{ name: 'c', kind: 'fan-out' }], thresholds: ['lost == 0', 'bad'] };
    expect(problemsOf(value, options)).toMatchObject([
      {
        code: 'BAD_THRESHOLD',
        path: 'thresholds[1]',
        what: '{"workloads":["views"],"phases":["steady"],"consumers":["c"]}',
      },
    ]);
  });

  test('all problems are told at once, of right parts beside wrong ones too', () => {
    const value = {
      name: 'x',
      target: { kind: 'engin' },
      workloads: [
        {
          ...workload,
          extra: 1,
          arrivals: 'poison',
          phases: [phase, { ...phase, rate: { from: '0/s', to: '0/s' }, duration: '1s' }],
          keys: { hot: { count: 9, share: 0.5 }, count: 9 },
          payload: { replay: { file: 'nowhere.csv', format: 'csv' } },
        },
        workload,
      ],
      consumers: [{ name: 'c', kind: 'polling', intervalMs: 'x' }],
    };
    expect(brief(value).sort()).toEqual(
      [
        'DUPLICATE_NAME workloads[0].phases[1].name',
        'DUPLICATE_NAME workloads[1].name',
        'NOT_A_CHOICE target.kind',
        'NOT_A_CHOICE workloads[0].arrivals',
        'OUT_OF_RANGE workloads[0].keys.hot.count',
        'OUT_OF_RANGE workloads[0].phases[1].rate',
        'REPLAY_MISSING workloads[0].payload.replay.file',
        'UNKNOWN_KEY workloads[0].extra',
        'WRONG_TYPE consumers[0].intervalMs',
      ].sort(),
    );
  });
});

describe('YAML', () => {
  const failure = (text: string) => {
    try {
      parseScenario(text);
    } catch (error) {
      if (error instanceof ScenarioError) return error;
      throw error;
    }
    throw new Error('parsed');
  };

  test('that cannot be read gives line and column', () => {
    expect(failure('name: x\nworkloads: [1\nother: 2\n').problems[0]).toMatchObject({
      code: 'SYNTAX',
      line: 3,
      column: 1,
    });
    expect(failure('name: x\nname: y\n').problems[0]).toMatchObject({ code: 'SYNTAX', line: 2 });
  });

  test('problems have the place of their key, or of the nearest thing above it', () => {
    const text =
      'name: x\nworkloads:\n  - name: a\n    phases:\n      - { name: p, duration: 5, rate: 1/s }\n    keys: { one: k }\n    payload: { size: 1B }\n';
    const error = failure(text);
    expect(error.problems).toMatchObject([{ path: 'workloads[0].phases[0].duration', line: 5, column: 20 }]);
    expect(error.message).toContain('5:20 workloads[0].phases[0].duration: BAD_UNIT 5 has no unit.');
    expect(failure('name: x\nworkloads:\n  - name: a\n    keys: { one: k }\n').problems[0]).toMatchObject({ line: 3 });
  });

  test('that is empty is a problem and not a crash', () => {
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

  test('depends on what is done', () => {
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
