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

/** Reads the result after somebody was at its file. */
function read(edit: (file: Plain) => void, of: Result = result): Result {
  const file = JSON.parse([...resultLines(of)].join('\n'));
  edit(file);
  return parseResult(JSON.stringify(file), 'result.json');
}

const refused = (edit: (file: Plain) => void, what: string) =>
  expect(() => read(edit)).toThrow(
    expect.objectContaining({ code: 'RESULT_SUMS_DISAGREE', what: expect.stringContaining(what) }),
  );

describe('a result that says one thing here and another there is refused:', () => {
  test('as it was written, it is read', () => {
    expect(read(() => {}).verdict.kind).toBe('failed');
  });

  test('another seed than that of its scenario', () => {
    refused((file) => {
      file.seed = 8;
    }, "seed is 8, and its scenario's is 7");
  });

  test('a verdict that its thresholds do not give', () => {
    refused((file) => {
      file.verdict.kind = 'passed';
    }, 'verdict.kind is passed, and the cells give failed');
  });

  test('a threshold with another value, another window, or said to hold', () => {
    refused((file) => {
      file.verdict.thresholds[0].actual /= 10;
    }, 'verdict.thresholds.0.actual');
    refused((file) => {
      file.verdict.thresholds[1].holds = true;
    }, 'verdict.thresholds.1.holds');
    refused((file) => {
      file.verdict.thresholds[2].worstWindow.startNs += 1e9;
    }, 'verdict.thresholds.2.worstWindow.startNs');
    refused((file) => {
      file.verdict.thresholds[0].text = 'putToGet.p50 < 1s';
    }, 'verdict.thresholds.0.text');
    refused((file) => {
      file.verdict.thresholds = [];
    }, 'verdict.thresholds.length is 0');
  });

  test('an invalid run without a reason, and a valid one with one', () => {
    refused((file) => {
      file.validity.kind = 'invalid';
    }, 'validity is invalid, with 0 reasons');
    refused((file) => {
      file.validity.reasons = [{ code: 'LEDGER', what: 'odd', fix: 'none' }];
    }, 'validity is valid, with 1 reasons');
  });

  test('a whole run that is called partial, and the other way round', () => {
    refused((file) => {
      file.partial = true;
    }, 'partial is true');
    const stopped = exampleResult({ outcome: { kind: 'interrupted', signal: 'SIGINT' } });
    expect(() =>
      read((file) => {
        file.partial = false;
      }, stopped),
    ).toThrow(/partial is false/);
  });

  test('a ledger that is not what the cells counted', () => {
    for (const [name, change] of [
      ['sent', -1],
      ['sent', 1],
      ['failed', 1],
      ['dropped', 1],
    ] as const) {
      refused((file) => {
        file.summary.ledger[name] += change;
      }, `summary.ledger.${name}`);
    }
    refused((file) => {
      file.summary.ledger.consumers[0].name = 'somebody';
    }, 'summary.ledger.received.0');
  });

  test('a failed record that a consumer received counts as sent, and each record counts once', () => {
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
    refused(failures(5, 6, 0), 'summary.ledger.sent');
    refused(failures(5, 3, 3), 'summary.ledger.failed');
  });

  test("a default expectation that was removed, or marked as the scenario's own", () => {
    refused((file) => file.verdict.thresholds.pop(), 'verdict.thresholds.length');
    refused((file) => delete file.verdict.thresholds.at(-1).default, 'verdict.thresholds.3.default');
  });

  test('seconds in another order, that end before they begin, or that no clock can show', () => {
    refused((file) => {
      [file.series[4], file.series[5]] = [file.series[5], file.series[4]];
    }, 'series.5 is from');
    refused((file) => {
      file.series[3].endNs = file.series[3].startNs - 1;
    }, 'series.3 is from');
    refused((file) => {
      file.series.at(-1).endNs = 1e300;
    }, '');
  });

  test('a histogram of a second that is another one of as many values', () => {
    refused((file) => {
      const { histograms } = file.series[4].cells.find(({ kind }: Plain) => kind === 'consumer');
      [histograms.putToGet, histograms.residence] = [histograms.residence, histograms.putToGet];
    }, "the series' page-views, steady, dashboard, residence is not the one of the cells");
  });

  test("counts of a shard's seconds that are not those of its cells", () => {
    for (const name of ['acked', 'bytes', 'throttled', 'received'] as const) {
      refused((file) => {
        file.series[4].shards[name][1] += 1;
      }, `the series' shards.1.${name}`);
    }
    refused((file) => {
      file.series[4].shards.shard[1] = 7;
    }, "the series' shards");
  });
});
