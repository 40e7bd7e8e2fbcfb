import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSV_GROUPINGS, type CsvGrouping, renderCsv } from '../../../reports/export/csv.ts';
import { type CsvCell, csvText } from '../../../reports/export/csv-text.ts';
import type { Result } from '../../../reports/result/result.ts';
import { exampleResult } from '../example-result.ts';

type Row = Readonly<Record<string, string>>;

/** A thousand records a second for two and ten seconds, two consumers, three shards; the eighth second is slow. */
const EXAMPLE = exampleResult({
  shards: 3,
  latencyMs: (second, index) => (second === 7 ? 900 : 20 + (index % 50)),
  throttledPerSecond: () => 2,
});
const rowsOf = (result: Result, by?: CsvGrouping): Row[] =>
  parse(renderCsv([{ name: 'clicks', result }], by), { columns: true });
const sum = (rows: readonly Row[], column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);

describe('CSV of a result', () => {
  test('has one row a second, with time, phase, rates and latencies', () => {
    const rows = rowsOf(EXAMPLE);
    expect(rows).toHaveLength(12);
    expect(rows[7]).toMatchInlineSnapshot(`
      {
        "achieved_bytes_per_s": "100000",
        "achieved_records_per_s": "1000",
        "ack_latency_max_ms": "2.000895",
        "ack_latency_mean_ms": "2.000384",
        "ack_latency_p50_ms": "2.000895",
        "ack_latency_p90_ms": "2.000895",
        "ack_latency_p99_9_ms": "",
        "ack_latency_p99_ms": "2.000895",
        "ack_latency_records": "1000",
        "acked_bytes": "100000",
        "acked_records": "1000",
        "behind_ms": "",
        "dropped_records": "0",
        "end_s": "8",
        "failed_records": "0",
        "in_flight_records": "2",
        "intended_records_per_s": "1000",
        "lag_most_records": "20",
        "lag_records": "60",
        "overtime_records": "0",
        "phase": "steady",
        "put_to_get_max_ms": "900.202495",
        "put_to_get_mean_ms": "899.940352",
        "put_to_get_p50_ms": "900.202495",
        "put_to_get_p90_ms": "900.202495",
        "put_to_get_p99_9_ms": "",
        "put_to_get_p99_ms": "900.202495",
        "put_to_get_records": "2000",
        "received_records": "2000",
        "recorded": "true",
        "residence_max_ms": "897.056767",
        "residence_mean_ms": "896.794624",
        "residence_p50_ms": "897.056767",
        "residence_p90_ms": "897.056767",
        "residence_p99_9_ms": "",
        "residence_p99_ms": "897.056767",
        "residence_records": "2000",
        "retried_records": "2",
        "rss_bytes": "120000000",
        "run": "clicks",
        "scheduled_records": "1000",
        "send_delay_max_ms": "1.000447",
        "send_delay_mean_ms": "1.000192",
        "send_delay_p50_ms": "1.000447",
        "send_delay_p90_ms": "1.000447",
        "send_delay_p99_9_ms": "",
        "send_delay_p99_ms": "1.000447",
        "send_delay_records": "1000",
        "start_s": "7",
        "throttled_once_records": "2",
        "throttled_records": "2",
        "time_utc": "2026-11-23T10:00:07.000Z",
        "uncorrected_max_ms": "899.153919",
        "uncorrected_mean_ms": "898.891776",
        "uncorrected_p50_ms": "899.153919",
        "uncorrected_p90_ms": "899.153919",
        "uncorrected_p99_9_ms": "",
        "uncorrected_p99_ms": "899.153919",
        "uncorrected_records": "2000",
      }
    `);
    expect(rows.map(({ recorded }) => recorded)).toEqual([...Array(2).fill('false'), ...Array(10).fill('true')]);
  });

  test('adds up to the run in every grouping', () => {
    const [second, shard, workload, consumer] = CSV_GROUPINGS.map((by) => rowsOf(EXAMPLE, by)) as [
      Row[],
      Row[],
      Row[],
      Row[],
    ];
    for (const rows of [second, shard, workload]) {
      expect(sum(rows, 'acked_records')).toBe(12_000);
      expect(sum(rows, 'acked_bytes')).toBe(1_200_000);
      expect(sum(rows, 'throttled_records')).toBe(24);
    }
    for (const rows of [second, shard, workload, consumer]) expect(sum(rows, 'received_records')).toBe(24_000);
    for (const rows of [second, workload, consumer]) expect(sum(rows, 'put_to_get_records')).toBe(24_000);
    expect([second, shard, workload, consumer].map(({ length }) => length)).toEqual([12, 36, 12, 24]);
    expect(consumer.map((row) => row.consumer).slice(0, 2)).toEqual(['dashboard', 'fraud']);
  });

  test('leaves a percentile empty if too few records support it', () => {
    const [row = {}] = rowsOf(exampleResult({ recordsPerSecond: 50 }));
    expect([row.put_to_get_records, row.put_to_get_p50_ms, row.put_to_get_p99_ms]).toEqual([
      '100',
      expect.stringMatching(/^\d/),
      '',
    ]);
  });

  test('lists several results one after another below one head', () => {
    const text = renderCsv([
      { name: 'a', result: EXAMPLE },
      { name: 'b', result: EXAMPLE },
    ]);
    const rows: Row[] = parse(text, { columns: true });
    expect(new Set(rows.map(({ run }) => run))).toEqual(new Set(['a', 'b']));
    expect(rows).toHaveLength(24);
  });

  test.each(CSV_GROUPINGS)('every column of the table by %s names its unit', (by) => {
    const [row = {}] = rowsOf(EXAMPLE, by);
    const plain = ['run', 'time_utc', 'phase', 'recorded', 'shard', 'workload', 'consumer'];
    const withoutUnit = Object.keys(row).filter(
      (name) => !plain.includes(name) && !/_(?:s|ms|bytes|records)$/.test(name),
    );
    expect(withoutUnit).toEqual([]);
  });
});

describe('CSV text', () => {
  test('is read back unchanged, whatever it contains', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a,b', '"', 'a\r\nb', '\n', ' x ', ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const read: string[][] = parse(csvText(rows), { record_delimiter: '\r\n' });
        expect(read.map((row) => row.map((text) => text.replace(/^'(?=[=+\-@\t\r])/, '')))).toEqual(
          rows.map((row) => row.map((text) => text.replace(/^'(?=[=+\-@\t\r])/, ''))),
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x.test")'])(
    'disarms the formula %j',
    (text) => {
      expect(csvText([[text]])).toMatch(/^"?'/);
    },
  );

  test('keeps negative numbers unchanged and null empty', () => {
    const row: CsvCell[] = [-1.5, 0, null, true, '', '0'];
    expect(csvText([row])).toBe('-1.5,0,,true,,0\r\n');
  });
});
