import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { sumOfEncoded } from '../../../reports/histogram/encoded-sum.ts';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { HIGHEST_NS, LOWEST_NS, SIGNIFICANT_DIGITS, SLOT_COUNT } from '../../../reports/histogram/slots.ts';
import { SUM_TEXT_ROOM, SumKernel } from '../../../reports/histogram/sum-kernel.ts';

const kernel = SumKernel.create()!;
const ROOM_BYTES = 1 << 21;
const from = kernel.take(ROOM_BYTES);
const to = kernel.take(SUM_TEXT_ROOM);

function put(text: string): [at: number, length: number] {
  kernel.bytes.fill('"', from, from + 1 + text.length + 16);
  kernel.bytes.write(text, from, 'latin1');
  return [from, text.length];
}
const add = (text: string) => kernel.add(...put(text));
const written = () => kernel.bytes.toString('latin1', to, kernel.write(to));

/** Dense and sparse histograms, with runs and counts of one to three bytes. */
const slot = fc.oneof(fc.nat({ max: 40 }), fc.integer({ min: 20_000, max: 20_400 }), fc.nat({ max: SLOT_COUNT - 1 }));
const count = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 2 ** 20 - 1 }));
const entries = fc.array(fc.tuple(slot, count), { maxLength: 60 });
const histogramOf = (all: readonly (readonly [number, number])[]) => {
  const histogram = new Histogram();
  for (const [index, [at, many]] of all.entries()) {
    // Each slot appears once, so that the sums stay below the limit of the kernel.
    if (all.findIndex(([other]) => other === at) === index) histogram.addSlot(at, many);
  }
  return histogram.compact();
};
const text = entries.map((all) => histogramOf(all).encodePlain());

describe('the sum kernel', () => {
  test('the kernel in the code is its compiled source, with the parameters of slots.ts', async () => {
    const { parseWat } = await wabt();
    const source = readFileSync(new URL('../../../reports/histogram/sum-kernel.wat', import.meta.url), 'utf8');
    const features = { simd: true, bulk_memory: true, multi_value: true };
    const compiled = Buffer.from(parseWat('sum-kernel.wat', source, features).toBinary({}).buffer).toString('base64');
    const embedded = readFileSync(new URL('../../../reports/histogram/sum-kernel.ts', import.meta.url), 'utf8');
    // If this fails, put the printed string into the source.
    expect(/'([A-Za-z0-9+/=]{100,})'/.exec(embedded)?.[1]).toBe(compiled);
    expect(source).toContain(`SLOT_COUNT = ${SLOT_COUNT}`);
    expect(kernel.bytes.readBigInt64BE(16)).toBe(BigInt(LOWEST_NS));
    expect(kernel.bytes.readBigInt64BE(24)).toBe(BigInt(HIGHEST_NS));
    expect(kernel.bytes.readInt32BE(12)).toBe(SIGNIFICANT_DIGITS);
  });

  test('the kernel adds up and encodes to the same characters as the code in JavaScript', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 8 }), (texts) => {
        for (const one of texts) expect(add(one)).toBe(true);
        expect(written()).toBe(sumOfEncoded(texts));
        // The kernel must clear its memory after each sum.
        const empty = new Histogram().encodePlain();
        expect(add(empty) && add(empty)).toBe(true);
        expect(written()).toBe(empty);
      }),
    );
  });

  test('the kernel adds up as many large counts as KERNEL_SUMMANDS_MAX allows', () => {
    const full = histogramOf([
      [7, 2 ** 20 - 1],
      [SLOT_COUNT - 1, 2 ** 20 - 1],
    ]).encodePlain();
    const texts = Array.from({ length: 1024 }, () => full);
    for (const one of texts) expect(add(one)).toBe(true);
    expect(written()).toBe(sumOfEncoded(texts));
  });

  test('the kernel reserves enough room for the largest code in every slot', () => {
    const full = histogramOf(Array.from({ length: SLOT_COUNT }, (_, at) => [at, 2 ** 20 - 1] as const)).encodePlain();
    const texts = Array.from({ length: 1024 }, () => full);
    for (const one of texts) expect(add(one)).toBe(true);
    const end = kernel.write(to);
    expect(end - to).toBeLessThan(SUM_TEXT_ROOM - 16);
    expect(kernel.bytes.toString('latin1', to, end)).toBe(sumOfEncoded(texts));
  });

  test('the kernel accepts a damaged text only if the code in JavaScript accepts it, with the same sum', () => {
    const damaged = fc
      .tuple(
        text,
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'AZaz09+/=-_" \n\\\u00e9')), { maxLength: 3 }),
        fc.nat(5),
      )
      .map(([whole, changes, cut]) => {
        const characters = [...whole.slice(0, whole.length - (cut === 0 ? 0 : cut - 1))];
        for (const [at, by] of changes) characters[at % characters.length] = by;
        return characters.join('');
      });
    const hostile = fc.uint8Array({ maxLength: 60 }).map((payload) => {
      const body = Buffer.concat([Buffer.from(new Histogram().encodePlain(), 'base64').subarray(0, 40), payload]);
      body.writeInt32BE(payload.length, 4);
      return body.toString('base64');
    });
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(damaged, hostile), (one) => {
        if (!add(one)) {
          expect(add(new Histogram().encodePlain())).toBe(true);
          expect(written()).toBe(new Histogram().encodePlain());
          return;
        }
        taken += 1;
        const sum = written();
        expect(sum).toBe(Histogram.sealedSumOf([Histogram.decode(one)]).encodePlain());
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(0);
  });

  test.each([
    [
      'a count beyond 2^20',
      histogramOf([[3, 1]])
        .merge(histogramOf([[3, 2 ** 20 - 1]]))
        .encodePlain(),
    ],
    ['the compressed form', histogramOf([[3, 1]]).encode()],
    ['nothing', ''],
  ])('the kernel leaves %s to the code in JavaScript', (_, one) => {
    expect(add(one)).toBe(false);
  });
});
