import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { mergedHistogram } from '../../reports/summary/cells.ts';
import { command, emptyFolder } from '../runners/commands/cli-command.ts';

/**
 * The harness against a known truth. A target that responds at once stalls from 5.0 to 5.5 s of a 10 s run at 1000
 * records/s: the 500 records due in the stall, 5 % of all, wait from 500 ms down to 0, evenly.
 *
 *   wait  500 |      \
 *          ms |       \
 *           0 |________\_________   percentile p above 95: (p - 95) / 5 * 500 ms
 *             0        5        10 s
 */
const SCENARIO = `name: stall
seed: 1
target: { kind: noop, stalls: [{ at: 5s, for: 500ms }] }
workloads:
  - name: w
    arrivals: constant
    phases: [{ name: steady, duration: 10s, rate: 1000/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: c, kind: polling, intervalMs: 1 }]
`;
const MS = 1e6;
const STALL_MS = 500;
const SLOTS_IN_FLIGHT = 8;

describe('a stall of the target', () => {
  let result: Result;
  /** Largest delay of the producer itself. The machine causes it, and the measurement may differ from the truth by no more. */
  let slackNs: number;

  beforeAll(async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'stall.yaml'), SCENARIO);
    const { code, stderr } = await command(['run', 'stall.yaml', '--out', 'out', '--quiet'], { cwd: folder });
    expect([0, 5], stderr).toContain(code);
    result = await readResult(join(folder, 'out/result.json'));
    slackNs = 2 * MS + mergedHistogram(result.cells, 'scheduleLag').maxNs;
  });

  test.each([95.5, 96, 97, 97.5, 98, 99, 99.5, 99.9, 99.99])(
    'shows in put-to-get at p%d as long as records due in it had to wait',
    (percentile) => {
      const expectedNs = ((percentile - 95) / 5) * STALL_MS * MS;
      const actualNs = mergedHistogram(result.cells, 'putToGet').percentileNs(percentile);
      expect(Math.abs(actualNs - expectedNs)).toBeLessThan(slackNs);
    },
  );

  test('does not show in the other 95 % of the records', () => {
    for (const percentile of [1, 50, 90, 94.5]) {
      expect(mergedHistogram(result.cells, 'putToGet').percentileNs(percentile)).toBeLessThan(slackNs);
    }
  });

  test('makes the maximum as long as the stall', () => {
    const { maxNs } = result.summary.spans.putToGet;
    expect(Math.abs(maxNs! - STALL_MS * MS)).toBeLessThan(slackNs);
  });

  test('is missing from the uncorrected latency, except for the calls that were in flight', () => {
    const { ackLatency } = result.summary.spans;
    expect(ackLatency.count).toBe(10_000);
    const caught = ackLatency.count - mergedHistogram(result.cells, 'ackLatency').countAtOrBelow(slackNs);
    // Each open call holds the records that were due when it was made: one, unless the producer was late.
    const recordsACall = Math.ceil(slackNs / MS);
    expect(caught).toBeLessThanOrEqual(SLOTS_IN_FLIGHT * recordsACall);
  });

  test('was waited for before the hand-over by the records at p99', () => {
    const { p99 } = result.summary.composition!;
    const { p99Ns } = result.summary.spans.putToGet;
    expect(p99!.fromNs).toBeLessThanOrEqual(p99Ns!);
    expect(p99!.toNs).toBeGreaterThanOrEqual(p99Ns!);
    expect(p99!.afterNs).toBeLessThan(slackNs);
    expect(p99!.beforeNs).toBeGreaterThan(p99!.fromNs - slackNs);
  });

  test('loses nothing and accounts for every record', () => {
    expect(result.summary.ledger).toMatchObject({
      sent: 10_000,
      received: 10_000,
      lost: 0,
      duplicated: 0,
      reordered: 0,
    });
    expect(result.summary.rate.ratio).toBeGreaterThan(0.999);
  });
});
