import { describe, expect, test } from 'vitest';
import type { HistoryAccept, HistoryReset, Located } from '../../../reports/gate-history/history-line.ts';
import { historySeries } from '../../../reports/gate-history/history-series.ts';
import { exampleLine, located } from './example-history.ts';

const days = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => exampleLine(from + at, { lost: 0 }));
const reset = (day: number): Located<HistoryReset> => ({
  line: { schemaVersion: 1, kind: 'reset', at: `2026-01-${String(1 + day).padStart(2, '0')}T00:00:00.000Z` },
  where: 'history.jsonl:99',
});

describe('the series of a history', () => {
  test('is in the order of time, and contains a run once that is in the history twice', () => {
    const [first, second, third] = days(0, 3);
    const series = historySeries(located([third!, first!, second!, first!]));
    expect(series.results).toEqual([first, second, third]);
    expect(series.skipped).toEqual([]);
  });

  test('begins after the last reset', () => {
    const series = historySeries([...located(days(0, 6)), reset(2), reset(4)]);
    expect(series.results).toEqual(days(4, 6));
    expect(series.skipped).toEqual(['4 before the reset of 2026-01-05']);
  });

  test('ends with the result to judge', () => {
    const [judged] = located([exampleLine(2, { lost: 0 })]);
    const series = historySeries(located(days(0, 5)), judged);
    expect(series.results).toHaveLength(3);
    expect(series.skipped).toEqual(['2 later than the result (history.jsonl:4, history.jsonl:5)']);
  });

  test('skips invalid results', () => {
    const series = historySeries(located([...days(0, 2), exampleLine(2, { lost: 0 }, { validity: 'invalid' })]));
    expect(series.results).toHaveLength(2);
    expect(series.skipped).toEqual(['1 invalid (history.jsonl:3)']);
  });

  test('contains only results from the machine of the newest result', () => {
    const { machine } = exampleLine(0, {});
    const elsewhere = (day: number) =>
      exampleLine(day, { lost: 0 }, { machine: { ...machine, cpuModel: 'Other CPU' } });
    const series = historySeries(located([elsewhere(0), elsewhere(1), ...days(2, 4)]));
    expect(series.results).toEqual(days(2, 4));
    expect(series.skipped).toEqual([
      '2 from other machines (history.jsonl:1, history.jsonl:2); this machine is 4 x Example CPU, 16 GiB',
    ]);
  });

  test('treats a machine as the same if only its kernel and the memory that it reserves differ', () => {
    const { machine } = exampleLine(0, {});
    const later = exampleLine(
      1,
      { lost: 0 },
      { machine: { ...machine, memoryBytes: machine.memoryBytes - 50e6, kernel: 'Linux 6.2' } },
    );
    const series = historySeries(located([...days(0, 1), later]));
    expect(series.results).toHaveLength(2);
    expect(series.notes).toEqual(['kernel Linux 6.2 instead of Linux 6.1 since result 2']);
  });

  test('contains results of other seeds and versions, and notes the changes', () => {
    const series = historySeries(
      located([...days(0, 2), exampleLine(2, {}, { seed: 9 }), exampleLine(3, {}, { seed: 10, toolVersion: '0.2.0' })]),
    );
    expect(series.results).toHaveLength(4);
    expect(series.notes).toEqual([
      'seed 10 instead of 9 since result 4 (the last of 2 changes)',
      'streamgauge 0.2.0 instead of 0.1.0 since result 4',
    ]);
  });

  test('rejects a history of two loads, and names both and their lines', () => {
    const other = exampleLine(3, {}, { scenario: 'orders', loadHash: 'another' });
    expect(() => historySeries(located([...days(0, 2), other]))).toThrow(
      'HISTORY_MIXED the history contains 2 different loads: "checkout" (history.jsonl:1, history.jsonl:2) and "orders" (history.jsonl:3).',
    );
    const changed = exampleLine(40, {}, { loadHash: 'changed' });
    expect(historySeries([...located([...days(0, 2), changed]), reset(20)]).results).toEqual([changed]);
  });

  test('contains the acceptances for its machine since the reset', () => {
    const { machine } = exampleLine(0, {});
    const accept = (day: number, cpuModel = machine.cpuModel): Located<HistoryAccept> => ({
      line: {
        schemaVersion: 1,
        kind: 'accept',
        at: `2026-01-${10 + day}T00:00:00.000Z`,
        machine: { ...machine, cpuModel },
        levels: {},
      },
      where: 'history.jsonl:50',
    });
    const lines = [...located(days(0, 20)), accept(9), accept(1), accept(3), accept(5, 'Other CPU'), reset(11)];
    expect(historySeries(lines).accepts.map(({ at }) => at.slice(8, 10))).toEqual(['13', '19']);
  });

  test('is empty for an empty history', () => {
    expect(historySeries([]).results).toEqual([]);
  });
});
