import { describe, expect, test } from 'vitest';
import { loadOfMetrics } from '../../../../runners/plan/input/load-of-metrics.ts';
import { metricOf } from '../../../../runners/plan/input/metrics/metric-series.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const times = (count: number, minutes = 1) =>
  Array.from({ length: count }, (_, i) =>
    new Date(START + i * minutes * 60_000).toISOString().replace('.000Z', '+00:00'),
  );

/** A series as get-metric-data prints it: newest first, unless it is asked otherwise. */
const series = (Label: string, Timestamps: readonly string[], Values: readonly number[], Id = 'm1') => ({
  Id,
  Label,
  Timestamps: [...Timestamps].reverse(),
  Values: [...Values].reverse(),
  StatusCode: 'Complete',
});

const data = (...MetricDataResults: unknown[]) => ({ MetricDataResults, Messages: [] });
const RECORDS = series('IncomingRecords', times(4), [600, 1200, 1800, 600]);
const BYTES = series('IncomingBytes', times(4), [60_000, 120_000, 180_000, 60_000]);
const load = (value: unknown, options = {}) => loadOfMetrics(value, { name: 'metrics.json', ...options });

describe('a load from CloudWatch metrics', () => {
  test('has the records and bytes of each period', () => {
    const { rates, records, bytes, durationNs } = load(data(RECORDS, BYTES));
    expect(rates.stepNs).toBe(60e9);
    expect([...rates.recordsOfStep]).toEqual([600, 1200, 1800, 600]);
    expect([...rates.bytesOfStep]).toEqual([60_000, 120_000, 180_000, 60_000]);
    expect([records, bytes, durationNs]).toEqual([4200, 420_000, 240e9]);
  });

  test('counts periods without a value as without traffic, and notes it', () => {
    const [first, , third, fourth] = times(4);
    const gap = (label: string, values: number[]) => series(label, [first!, third!, fourth!], values);
    const { rates, notes } = load(
      data(gap('IncomingRecords', [600, 1800, 600]), gap('IncomingBytes', [6e4, 18e4, 6e4])),
    );
    expect([...rates.recordsOfStep]).toEqual([600, 0, 1800, 600]);
    expect(notes.join('\n')).toContain('1 of 4 periods have no value');
  });

  test('puts pages of one series together', () => {
    const page = (from: number, to: number) => [
      series('IncomingRecords', times(4).slice(from, to), [600, 1200, 1800, 600].slice(from, to)),
      series('IncomingBytes', times(4).slice(from, to), [6e4, 12e4, 18e4, 6e4].slice(from, to)),
    ];
    expect([...load([data(...page(2, 4)), data(...page(0, 2))]).rates.recordsOfStep]).toEqual([600, 1200, 1800, 600]);
  });

  test('finds the metrics by the ids of the queries if the labels do not name them', () => {
    const { records } = load(data({ ...RECORDS, Label: 'orders', Id: 'incoming_records' }, { ...BYTES, Id: 'b' }));
    expect(records).toBe(4200);
  });

  test('reads responses of get-metric-statistics', () => {
    const statistics = (Label: string, Unit: string, values: readonly number[]) => ({
      Label,
      Datapoints: times(4).map((Timestamp, i) => ({ Timestamp, Sum: values[i], Unit })),
    });
    const responses = [
      statistics('IncomingRecords', 'Count', [600, 1200, 1800, 600]),
      statistics('IncomingBytes', 'Bytes', [6e4, 12e4, 18e4, 6e4]),
    ];
    expect(load(responses).bytes).toBe(420_000);
    const mixed = [responses[0], statistics('IncomingBytes', 'Kilobytes', [60, 120, 180, 60])];
    expect(() => load(mixed)).toThrow(/RUNNER_METRICS_MIXED IncomingBytes is in Kilobytes/);
  });

  test('spreads keys evenly without shard-level metrics, and as these show with them', () => {
    expect([...load(data(RECORDS, BYTES)).keys.recordShares(4)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    const shard = (number: number, records: number) => {
      const id = `shardId-00000000000${number}`;
      return [
        series(`${id} IncomingRecords`, times(4), Array(4).fill(records)),
        series(`${id} IncomingBytes`, times(4), Array(4).fill(100 * records)),
      ];
    };
    const { keys, records } = load(data(...shard(0, 300), ...shard(1, 100)));
    expect(records).toBe(1600);
    expect([...keys.recordShares(4)]).toEqual([0.375, 0.375, 0.125, 0.125]);
  });

  test('has as many polling consumers as records were read', () => {
    const read = series('GetRecords.Bytes', times(4), [120_000, 240_000, 360_000, 130_000]);
    expect(load(data(RECORDS, BYTES, read)).consumers.length).toBe(2);
    expect(load(data(RECORDS, BYTES)).consumers.length).toBe(1);
  });

  test('takes the latency of puts from the metrics', () => {
    const latency = series('PutRecords.Latency', times(4), [20, 30, 40, 30]);
    expect(load(data(RECORDS, BYTES, latency)).producers.callNs).toBe(30e6);
  });

  test('notes that throttled records are missing in the accepted rate', () => {
    const throttled = series('WriteProvisionedThroughputExceeded', [times(4)[1]!, times(4)[2]!], [700, 700]);
    expect(load(data(RECORDS, BYTES, throttled)).notes.join('\n')).toContain('1,400 records were throttled (25%');
  });
});

describe('metrics that cannot be planned', () => {
  test.each([
    ['without IncomingRecords', data(BYTES), /RUNNER_METRICS_MISSING the metrics lack IncomingRecords .*Stat Sum/],
    ['without IncomingBytes', data(RECORDS), /RUNNER_METRICS_MISSING the metrics lack IncomingBytes/],
    ['without any', data(), /the metrics lack IncomingRecords and IncomingBytes/],
    [
      'with averages',
      data(series('IncomingRecords', times(3), [1.5, 2, 3]), BYTES),
      /RUNNER_METRICS_MIXED IncomingRecords has the value 1.5.*Stat Sum/,
    ],
    [
      'with sums over different periods',
      data(RECORDS, series('IncomingBytes', times(4, 5), [6e5, 6e5, 6e5, 6e5])),
      /RUNNER_METRICS_MIXED IncomingBytes has a value each 5 min, and other metrics each 1 min/,
    ],
    [
      'with bytes and records of different units',
      data(RECORDS, series('IncomingBytes', times(4), [60, 120, 180, 60])),
      /RUNNER_METRICS_MIXED a record would have 0.1 bytes in the mean/,
    ],
    [
      'with one value',
      data(series('IncomingRecords', times(1), [600]), series('IncomingBytes', times(1), [6e4])),
      /RUNNER_METRICS_MISSING .*one value only.*--period/,
    ],
    [
      'without traffic',
      data(series('IncomingRecords', times(2), [0, 0]), series('IncomingBytes', times(2), [0, 0])),
      /RUNNER_INPUT_EMPTY IncomingRecords is 0/,
    ],
    ['of another form', { MetricDataResults: 5 }, /RUNNER_INPUT_MALFORMED .*get-metric-data/],
    [
      'with a timestamp that is none',
      data({ ...RECORDS, Timestamps: ['yesterday', '2', '3', '4'] }, BYTES),
      /RUNNER_INPUT_MALFORMED the timestamp "/,
    ],
  ])('%s are a coded error', (_, value, message) => {
    expect(() => load(value)).toThrow(message);
  });
});

test('finds the metric in a label', () => {
  expect(metricOf('orders GetRecords.Bytes')).toBe('GetRecords.Bytes');
  expect(metricOf('m_incoming_bytes')).toBe('IncomingBytes');
  expect(metricOf('CPUUtilization')).toBeUndefined();
});
