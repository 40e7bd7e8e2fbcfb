import { describe, expect, test } from 'vitest';
import type { RecordsAbout } from '../../../reports/result/composition.ts';
import { compositionSentence } from '../../../reports/text/composition-text.ts';

const records = (beforeMs: number, afterMs: number): RecordsAbout => ({
  count: 100,
  fromNs: 0,
  toNs: 1e12,
  putToGetNs: (beforeMs + afterMs) * 1e6,
  beforeNs: beforeMs * 1e6,
  afterNs: afterMs * 1e6,
});
const all = records(1, 1);

describe('the composition sentence', () => {
  test('names the larger part of p99 and the same part of the median', () => {
    const slow = { all, p50: records(1, 70), p99: records(340, 72) };
    expect(compositionSentence({ composition: slow, rate: { retried: 3 } })).toBe(
      'At p99, 82.5% of put-to-get (340ms of 412ms) passed before the last send: batches, throttling and retries; at p50, 1.41% (1.00ms of 71.0ms).',
    );
    expect(compositionSentence({ composition: { ...slow, p99: records(2, 98) } })).toBe(
      'At p99, 98% of put-to-get (98.0ms of 100ms) passed after the last send: in the stream; at p50, 98.6% (70.0ms of 71.0ms).',
    );
  });

  test('does not mention retries if there were none', () => {
    const composition = { all, p50: records(50, 1), p99: null };
    expect(compositionSentence({ composition, rate: { retried: 0 } })).toBe(
      'At p50, 98% of put-to-get (50.0ms of 51.0ms) passed before the last send: waiting for a batch or for room in flight.',
    );
  });

  test('is absent if there are too few records', () => {
    expect(compositionSentence({})).toBeUndefined();
    expect(compositionSentence({ composition: { all, p50: null, p99: null } })).toBeUndefined();
    const nothing = records(0, 0);
    expect(compositionSentence({ composition: { all, p50: nothing, p99: nothing } })).toBeUndefined();
  });
});
