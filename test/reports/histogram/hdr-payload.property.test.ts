import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import {
  addPayload,
  payloadRoom,
  readPayload,
  scanPayload,
  writePayload,
} from '../../../reports/histogram/hdr-payload.ts';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { HIGHEST_NS, SLOT_COUNT } from '../../../reports/histogram/slots.ts';

const slot = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: SLOT_COUNT - 1 }));
/** Counts whose encodings have one to nine bytes. */
const count = fc.nat({ max: 50 }).map((bits) => 2 ** bits);
const used = fc.dictionary(slot.map(String), count, { maxKeys: 60 });

function countsOf(entries: Readonly<Record<string, number>>): Float64Array {
  const array = new Float64Array(SLOT_COUNT);
  for (const [key, value] of Object.entries(entries)) array[Number(key)] = value;
  return array;
}

function written(counts: Float64Array): Uint8Array {
  const out = new Uint8Array(payloadRoom(SLOT_COUNT));
  let to = SLOT_COUNT;
  while (to > 0 && counts[to - 1] === 0) to -= 1;
  return out.slice(0, writePayload(out, 0, counts, 0, to));
}

describe('a payload', () => {
  test('every reader of a payload returns the written counts', () => {
    fc.assert(
      fc.property(used, (entries) => {
        const counts = countsOf(entries);
        const bytes = written(counts);
        const total = counts.reduce((sum, one) => sum + one, 0);
        const added = new Float64Array(SLOT_COUNT);
        expect(addPayload(bytes, 0, bytes.length, added).count).toBe(total);
        expect(Buffer.from(added.buffer).equals(Buffer.from(counts.buffer))).toBe(true);
        const { count: scanned, from, to } = scanPayload(bytes, 0, bytes.length);
        const [slots, values] = [new Uint16Array(SLOT_COUNT), new Float64Array(SLOT_COUNT)];
        const found = readPayload(bytes, 0, bytes.length, slots, values);
        expect(scanned).toBe(total);
        expect(Array.from(slots.subarray(0, found), (one, index) => [one, values[index]])).toEqual(
          Object.entries(entries).map(([key, one]) => [Number(key), one]),
        );
        expect(to).toBe(found > 0 ? slots[found - 1]! + 1 : 0);
        if (found > 0) expect(from).toBeLessThanOrEqual(slots[0]!);
      }),
    );
  });

  test('a truncated or random payload is rejected with a code, or adds up', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(used, fc.nat()).map(([entries, length]) => written(countsOf(entries)).slice(0, length % 200)),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        const outcome = (read: () => { readonly count: number }) => {
          try {
            return read().count;
          } catch (error) {
            return (error as { code?: string }).code;
          }
        };
        const scanned = outcome(() => scanPayload(bytes, 0, bytes.length));
        expect(outcome(() => addPayload(bytes, 0, bytes.length, new Float64Array(SLOT_COUNT)))).toBe(scanned);
        if (typeof scanned === 'string') expect(scanned).toMatch(/^HISTOGRAM_(?:NOT_READABLE|OUT_OF_RANGE)$/);
        else expect(Number.isSafeInteger(scanned)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a run beyond the last slot', [0xff, 0xff, 0xff, 0x7f, 0x02], 'HISTOGRAM_OUT_OF_RANGE'],
    ['a count beyond 2^52', [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 'HISTOGRAM_NOT_READABLE'],
    ['a count that is cut', [0x02, 0x80, 0x80], 'HISTOGRAM_NOT_READABLE'],
  ])('a payload with %s is rejected', (_, bytes, code) => {
    const payload = Uint8Array.from(bytes);
    expect(() => scanPayload(payload, 0, payload.length)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a sum', () => {
  const valuesNs = fc.array(
    fc.double({ min: 0, max: 1, noNaN: true }).map((share) => Math.min(HIGHEST_NS, Math.floor(HIGHEST_NS ** share))),
    { maxLength: 60 },
  );

  test('the sum of histograms in any form equals the histogram of hdr-histogram-js with all values', () => {
    const form = fc.constantFrom('open', 'compact', 'sealed', 'plain');
    fc.assert(
      fc.property(fc.array(fc.tuple(valuesNs, form), { maxLength: 6 }), (parts) => {
        const referee = build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: HIGHEST_NS,
          numberOfSignificantValueDigits: 3,
          useWebAssembly: false,
        });
        const histograms = parts.map(([values, as]) => {
          const histogram = new Histogram();
          for (const value of values) {
            histogram.record(value);
            referee.recordValue(value);
          }
          if (as === 'plain') return Histogram.decode(histogram.encodePlain());
          if (as === 'sealed') return histogram.seal();
          return as === 'compact' ? histogram.compact() : histogram;
        });
        const sum = Histogram.sumOf(histograms);
        expect(sum.count).toBe(referee.totalCount);
        if (sum.count === 0) return;
        for (const p of [0, 10, 50, 90, 99, 99.9, 100])
          expect(sum.percentileNs(p)).toBe(referee.getValueAtPercentile(p));
        expect(Histogram.decode(encodeIntoCompressedBase64(referee)).equals(sum)).toBe(true);
        expect(decodeFromCompressedBase64(sum.encode()).totalCount).toBe(sum.count);
      }),
    );
  });
});
