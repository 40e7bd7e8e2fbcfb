import { describe, expect, test } from 'vitest';
import { parseResult } from '../../../reports/reading/read-result.ts';
import type { Result } from '../../../reports/result/result.ts';
import { resultLines } from '../../../reports/result/result-file.ts';
import { exampleResult } from '../example-result.ts';

type Plain = ReturnType<typeof JSON.parse>;

const result = exampleResult({
  thresholds: ['putToGet.p50 < 10ms', 'lost == 0', 'achieved.rate > 1/s over 2s'],
  lostByDashboard: 3,
});

/** Reads a result after its file was edited. */
function read(edit: (file: Plain) => void, of: Result = result): Result {
  const file = JSON.parse([...resultLines(of)].join('\n'));
  edit(file);
  return parseResult(JSON.stringify(file), 'result.json');
}

const expectRejected = (edit: (file: Plain) => void, what: string) =>
  expect(() => read(edit)).toThrow(
    expect.objectContaining({ code: 'RESULT_SUMS_DISAGREE', what: expect.stringContaining(what) }),
  );

describe('a result whose parts disagree', () => {
  test('a result is read back unchanged', () => {
    expect(read(() => {}).verdict.kind).toBe('failed');
  });

  test("is rejected for a seed that is not its scenario's", () => {
    expectRejected((file) => {
      file.seed = 8;
    }, "seed is 8, and its scenario's is 7");
  });

  test('is rejected for a verdict that its thresholds do not yield', () => {
    expectRejected((file) => {
      file.verdict.kind = 'passed';
    }, 'verdict.kind is passed, and the cells give failed');
  });

  test('is rejected for a threshold with another value, another window or another outcome', () => {
    expectRejected((file) => {
      file.verdict.thresholds[0].actual /= 10;
    }, 'verdict.thresholds.0.actual');
    expectRejected((file) => {
      file.verdict.thresholds[1].holds = true;
    }, 'verdict.thresholds.1.holds');
    expectRejected((file) => {
      file.verdict.thresholds[2].worstWindow.startNs += 1e9;
    }, 'verdict.thresholds.2.worstWindow.startNs');
    expectRejected((file) => {
      file.verdict.thresholds[0].text = 'putToGet.p50 < 1s';
    }, 'verdict.thresholds.0.text');
    expectRejected((file) => {
      file.verdict.thresholds = [];
    }, 'verdict.thresholds.length is 0');
  });

  test('is rejected for an invalid run without a reason and a valid run with one', () => {
    expectRejected((file) => {
      file.validity.kind = 'invalid';
    }, 'validity is invalid, with 0 reasons');
    expectRejected((file) => {
      file.validity.reasons = [{ code: 'LEDGER', what: 'odd', fix: 'none' }];
    }, 'validity is valid, with 1 reasons');
  });

  test('is rejected for a whole run marked partial and a partial run marked whole', () => {
    expectRejected((file) => {
      file.partial = true;
    }, 'partial is true');
    const stopped = exampleResult({ outcome: { kind: 'interrupted', signal: 'SIGINT' } });
    expect(() =>
      read((file) => {
        file.partial = false;
      }, stopped),
    ).toThrow(/partial is false/);
  });

  test('is rejected for a ledger that differs from the cells', () => {
    for (const [name, change] of [
      ['sent', -1],
      ['sent', 1],
      ['failed', 1],
      ['dropped', 1],
    ] as const) {
      expectRejected((file) => {
        file.summary.ledger[name] += change;
      }, `summary.ledger.${name}`);
    }
    expectRejected((file) => {
      file.summary.ledger.consumers[0].name = 'somebody';
    }, 'summary.ledger.received.0');
  });

  test('is read if a consumer received a failed record, which then counts as sent', () => {
    const failures = (inCells: number, received: number, failed: number) => (file: Plain) => {
      const [producer] = file.cells.filter(({ kind, phase }: Plain) => kind === 'producer' && phase === 'steady');
      const second = file.series
        .flatMap(({ cells }: Plain) => cells)
        .find(({ kind, phase }: Plain) => {
          return kind === 'producer' && phase === 'steady';
        });
      for (const { counts } of [producer, second]) {
        counts.failed += inCells;
        counts.scheduled += inCells;
      }
      for (const rate of [file.summary.rate, ...file.summary.phases]) {
        rate.intendedPerSecond += inCells / file.summary.rate.scheduledSeconds;
        rate.ratio = rate.achievedPerSecond / rate.intendedPerSecond;
      }
      // Three records that the dashboard lost, and five that neither consumer was known to receive.
      file.verdict.thresholds.at(-1).actual = 3 + 2 * inCells;
      file.summary.ledger.sent += received;
      file.summary.ledger.failed += failed;
    };
    const { sent } = result.summary.ledger;
    expect(read(failures(5, 3, 2)).summary.ledger).toMatchObject({ sent: sent + 3, failed: 2 });
    expectRejected(failures(5, 6, 0), 'summary.ledger.sent');
    expectRejected(failures(5, 3, 3), 'summary.ledger.failed');
  });

  test("is rejected if a default expectation was removed or marked as the scenario's own", () => {
    expectRejected((file) => file.verdict.thresholds.pop(), 'verdict.thresholds.length');
    expectRejected((file) => delete file.verdict.thresholds.at(-1).default, 'verdict.thresholds.3.default');
  });

  test('is rejected for seconds out of order, that end before they begin, or beyond any clock', () => {
    expectRejected((file) => {
      [file.series[4], file.series[5]] = [file.series[5], file.series[4]];
    }, 'series.5 is from');
    expectRejected((file) => {
      file.series[3].endNs = file.series[3].startNs - 1;
    }, 'series.3 is from');
    expectRejected((file) => {
      file.series.at(-1).endNs = 1e300;
    }, '');
  });

  test('is rejected if the histogram of a second has as many values but others', () => {
    expectRejected((file) => {
      const { histograms } = file.series[4].cells.find(({ kind }: Plain) => kind === 'consumer');
      [histograms.putToGet, histograms.residence] = [histograms.residence, histograms.putToGet];
    }, "the series' page-views, steady, dashboard, residence is not the one of the cells");
  });

  test("is rejected if the counts of a shard's seconds differ from its cells", () => {
    for (const name of ['acked', 'bytes', 'throttled', 'received'] as const) {
      expectRejected((file) => {
        file.series[4].shards[name][1] += 1;
      }, `the series' shards.1.${name}`);
    }
    expectRejected((file) => {
      file.series[4].shards.shard[1] = 7;
    }, "the series' shards");
  });
});
