import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutResult } from '../../../reports/cut/cut-result.ts';
import { parseResult } from '../../../reports/reading/read-result.ts';
import type { Result } from '../../../reports/result/result.ts';
import { resultLines } from '../../../reports/result/result-file.ts';
import { mergedHistogram, producerTotals } from '../../../reports/summary/cells.ts';
import { SECOND_NS, WARM_UP_SECONDS } from '../example-result.ts';
import { type RecordedRecord, recordedRun, SHARDS, STEADY_SECONDS } from '../merge/recorded-run.ts';

const SECONDS = WARM_UP_SECONDS + STEADY_SECONDS;
const ns = fc.integer({ min: 0, max: 2_000_000_000 });
const record: fc.Arbitrary<RecordedRecord> = fc.record({
  second: fc.nat({ max: SECONDS - 1 }),
  shard: fc.nat({ max: SHARDS - 1 }),
  sendNs: ns,
  ackNs: ns,
  residenceNs: ns,
  isThrottled: fc.boolean(),
  isLost: fc.boolean(),
});
const records = fc.array(record, { maxLength: 60 });
const THRESHOLDS = ['putToGet.p50 < 1s', 'putToGet.max < 2s over 1s', 'lost == 0'];
const HISTOGRAMS = ['sendDelay', 'ackLatency', 'scheduleLag', 'residence', 'putToGet', 'uncorrected'] as const;

const time = (fromSecond: number, toSecond: number) =>
  ({ kind: 'time', fromNs: fromSecond * SECOND_NS, toNs: toSecond * SECOND_NS }) as const;
/** Delivery is known only for the whole run, so a cut is not judged by the default expectation. */
const byOwnThresholds = ({ verdict }: Result) => verdict.thresholds.filter((threshold) => threshold.default !== true);
const reread = (result: Result) => parseResult([...resultLines(result)].join('\n'), 'cut');

describe('a cut', () => {
  test('a cut of everything equals the whole, except the composition of put-to-get, which seconds do not contain', () => {
    fc.assert(
      fc.property(records, (all) => {
        const whole = recordedRun(all, { thresholds: THRESHOLDS });
        const cut = cutResult(whole, time(0, SECONDS));
        const { summary, validity, series } = cut;
        const { composition: _, ...known } = whole.summary;
        expect(byOwnThresholds(cut)).toEqual(byOwnThresholds(whole));
        expect({ summary, validity, series }).toEqual({
          summary: known,
          validity: whole.validity,
          series: whole.series,
        });
        for (const name of HISTOGRAMS) {
          expect(mergedHistogram(cut.cells, name).equals(mergedHistogram(whole.cells, name))).toBe(true);
        }
        expect(reread(cut).summary).toEqual(cut.summary);
      }),
    );
  });

  test('two neighbouring cuts add up to the cut of both', () => {
    const bounds = fc.uniqueArray(fc.nat({ max: SECONDS }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(records, bounds, (all, unsorted) => {
        const [from, middle, to] = unsorted.toSorted((a, b) => a - b) as [number, number, number];
        const whole = recordedRun(all);
        const [left, right, both] = [
          cutResult(whole, time(from, middle)),
          cutResult(whole, time(middle, to)),
          cutResult(whole, time(from, to)),
        ];
        const cells = [...left.cells, ...right.cells];
        expect(producerTotals(cells)).toEqual(
          expect.objectContaining({ ...producerTotals(both.cells), scheduledIsKnown: expect.any(Boolean) }),
        );
        for (const name of HISTOGRAMS) {
          expect(mergedHistogram(cells, name).equals(mergedHistogram(both.cells, name))).toBe(true);
        }
        expect([...left.series, ...right.series]).toEqual(both.series);
        for (const one of [left, right, both]) expect(reread(one).summary).toEqual(one.summary);
      }),
    );
  });

  test('a cut of a phase contains its cells unchanged, including shards', () => {
    fc.assert(
      fc.property(records, (all) => {
        const whole = recordedRun(all, { thresholds: THRESHOLDS });
        const steady = cutResult(whole, { kind: 'phase', phase: 'steady' });
        expect(steady.cells).toEqual(whole.cells.filter(({ phase }) => phase === 'steady'));
        expect(steady.summary).toEqual(whole.summary);
        expect(byOwnThresholds(steady)).toEqual(byOwnThresholds(whole));
        expect(reread(steady).summary).toEqual(steady.summary);
      }),
    );
  });
});
