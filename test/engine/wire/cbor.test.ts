import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCbor } from '../../../engine/wire/cbor-reader.ts';
import { writeCbor } from '../../../engine/wire/cbor-writer.ts';

/** Values that both sides write alike: JSON's, and byte strings. The SDK's own CBOR is the referee. */
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;

test('the SDK and our own decoder read the CBOR that we write', () => {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = writeCbor(value);
      expect(plain(cbor.deserialize(bytes))).toEqual(plain(value));
      expect(plain(readCbor(bytes))).toEqual(plain(value));
    }),
  );
});

test('our decoder reads the CBOR that the SDK writes', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(plain(readCbor(Buffer.from(cbor.serialize(value))))).toEqual(plain(value));
    }),
  );
});

test('the decoder reads each of many names of the same length as its own text', () => {
  const name = fc.oneof(
    fc.constantFrom('Data', 'Date', 'data', '', 'é1', 'Яé', 'Ð¯Ã©'),
    fc.string({ unit: 'binary', maxLength: 26 }),
  );
  const body = fc.array(fc.array(fc.tuple(name, fc.nat(30)), { maxLength: 5 }), { maxLength: 8 });
  fc.assert(
    fc.property(body, (lists) => {
      const maps = lists.map((entries) => Object.fromEntries(entries));
      expect(readCbor(Buffer.from(cbor.serialize(maps)))).toEqual(maps);
      expect(readCbor(writeCbor(maps))).toEqual(maps);
    }),
  );
});

test('the decoder reads a text as it was sent, whatever text it read before', () => {
  // The SDK's reader keeps short texts in a table for all bodies, and returns the first of these two for the second one.
  const [first, second] = ['Ð¯Ã©', 'Яé'];
  for (const text of [first, second]) {
    expect(readCbor(writeCbor({ [text]: text }))).toEqual({ [text]: text });
  }
  expect([first, second].map((text) => cbor.deserialize(writeCbor(text)))).toEqual([first, first]);
});

test('any bytes give a value or an error', () => {
  const nearly = values.map((value) => [...writeCbor(value)]);
  const mutated = fc
    .tuple(nearly, fc.nat(), fc.nat(255))
    .map(([bytes, at, byte]) => bytes.with(at % bytes.length, byte));
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.nat(255)), mutated), (bytes) => {
      try {
        readCbor(Buffer.from(bytes));
      } catch (error) {
        expect((error as Error).message).toMatch(/, at byte \d+$/);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('bytes of RFC 8949', () => {
  // Appendix A, the kinds that a client may send.
  test.each([
    ['17', 23],
    ['1903e8', 1000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['3903e7', -1000],
    ['f90000', 0],
    ['f93c00', 1],
    ['f97bff', 65504],
    ['f9c400', -4],
    ['f90001', 2 ** -24],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['fa47c35000', 100000],
    ['fb3ff199999999999a', 1.1],
    ['f4', false],
    ['f6', null],
    ['f7', undefined],
    ['c11a514b67b0', 1_363_896_240],
    ['62c3bc', 'ü'],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['83010203', [1, 2, 3]],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
  ])('the bytes %s of RFC 8949 are %j', (hex, value) => {
    expect(readCbor(Buffer.from(hex, 'hex'))).toEqual(value);
  });

  test('parts of indefinite length are joined', () => {
    expect(readCbor(Buffer.from('5f42010243030405ff', 'hex'))).toEqual(Buffer.from([1, 2, 3, 4, 5]));
  });

  test.each([
    ['an end that is missing', '8301'],
    ['more after the end', '0000'],
    ['a list longer than its bytes', '9b00000000ffffffff00'],
    ['a string longer than its bytes', '7affffffff00'],
    ['a key that is no text', 'a10102'],
    ['a break outside of a list', 'ff'],
    ['a part of another kind', '5f6161ff'],
    ['nothing', ''],
    ['lists in lists in lists', '81'.repeat(100_000)],
  ])('rejects malformed bytes because of %s', (_what, hex) => {
    expect(() => readCbor(Buffer.from(hex, 'hex'))).toThrow(/at byte \d+$/);
  });

  test('a map may have a key that objects reserve for themselves', () => {
    const map = readCbor(Buffer.from('a1695f5f70726f746f5f5f01', 'hex')) as object;
    expect(Object.entries(map)).toEqual([['__proto__', 1]]);
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
  });
});

/** Byte strings by content, whichever class has them; -0 as 0, as integers have no such thing. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  }
  return value === 0 ? 0 : typeof value === 'bigint' ? Number(value) : value;
}

describe('a timestamp', () => {
  test.each([
    ['c11b0000018bcfe5687b', 1_700_000_000_123],
    ['c11b0000000000000000', 0],
    ['c11b00000000ffffffff', 2 ** 32 - 1],
    ['c11b0000000100000000', 2 ** 32],
    ['c120', -1],
  ])('a timestamp is tag 1 with an integer of 8 bytes: %s', (hex, epochMs) => {
    expect(writeCbor(new Date(epochMs)).toString('hex')).toBe(hex);
  });
});
