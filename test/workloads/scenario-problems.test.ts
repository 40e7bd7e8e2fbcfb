import { describe, expect, test } from 'vitest';
import type { ResolveOptions } from '../../workloads/resolve.ts';
import { brief, phase, problemsOf, scenario, withPhase, withWorkload, workload } from './a-scenario.ts';

test.each([
  ['of another kind of target', 'limits', { kind: 'noop', limits: 'aws' }],
  [
    'of another destination',
    'bucket',
    { kind: 'firehose', deliveryStream: 'a', destination: { folder: 'x', bucket: 'objects' } },
  ],
])('a key %s is not suggested to itself', (_, key, target) => {
  const [problem] = problemsOf({ ...scenario, target });
  expect(problem?.what).toBe(`'${key}' cannot be combined with the other keys here.`);
  expect(problem?.fix).toMatch(new RegExp(`Keys here: .*\\b${key}\\b`));
});

describe('problems of a scenario', () => {
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
    [
      'servers without a service time',
      { ...scenario, target: { kind: 'noop', servers: 2 } },
      ['CONFLICT target.servers'],
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
    ['a rate of zero in the only phase', withPhase({ rate: '0/s' }), ['OUT_OF_RANGE workloads[0].phases']],
    [
      'pauses of every spelling and nothing else',
      withWorkload({
        phases: [
          { name: 'a', duration: '1s' },
          { name: 'b', duration: '1s', rate: 0 },
          { name: 'c', duration: '1s', rate: '0/m' },
          { name: 'd', duration: '1s', rate: { from: 0, to: '0/s' } },
        ],
      }),
      ['OUT_OF_RANGE workloads[0].phases'],
    ],
    [
      'records in the warm-up only',
      withWorkload({
        phases: [
          { ...phase, recorded: false },
          { name: 'pause', duration: '1s' },
        ],
      }),
      ['CONFLICT workloads[0].phases'],
    ],
    ['an empty rate', withPhase({ rate: null }), ['WRONG_TYPE workloads[0].phases[0].rate']],
    ['a negative rate', withPhase({ rate: '-1/s' }), ['OUT_OF_RANGE workloads[0].phases[0].rate']],
    ['a rate over 100 million', withPhase({ rate: '101M/s' }), ['OUT_OF_RANGE workloads[0].phases[0].rate']],
    ['no rate in the only phase', withPhase({ rate: undefined }), ['OUT_OF_RANGE workloads[0].phases']],
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
  ])('reports the problem with its place: %s', (_, value, problems) => {
    expect(brief(value)).toEqual(problems);
  });

  test('states for every problem the rule and the next step', () => {
    for (const value of [{}, { ...scenario, sed: 1 }, withPhase({ rate: 5 }), withWorkload({ keys: {} })]) {
      for (const { what, fix } of problemsOf(value)) {
        expect(what.length).toBeGreaterThan(5);
        expect(fix.length).toBeGreaterThan(5);
      }
    }
  });

  test('suggests the nearest known key for an unknown one', () => {
    expect(problemsOf({ ...scenario, sed: 1 })[0]?.fix).toBe("Did you mean 'seed'?");
    expect(problemsOf(withWorkload({ keys: { zpif: 1, count: 5 } }))[0]?.fix).toBe("Did you mean 'zipf'?");
    expect(problemsOf({ ...scenario, target: { kind: 'engin' } })[0]?.fix).toBe(
      "Did you mean 'engine'? Possible: engine, noop.",
    );
  });

  test('checks a threshold by the grammar of the reports', () => {
    const options: ResolveOptions = {
      checkThreshold: (text, context) =>
        text === 'lost == 0' ? undefined : { what: JSON.stringify(context), fix: 'Mend it.' },
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

  test('reports all problems at once, also those beside invalid parts', () => {
    const value = {
      name: 'x',
      target: { kind: 'engin' },
      workloads: [
        {
          ...workload,
          extra: 1,
          arrivals: 'poison',
          phases: [phase, { ...phase, rate: '-1/s', duration: '1s' }],
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
