import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENVELOPE_BYTES, emptyEnvelope, readEnvelope, writeEnvelopeAt } from '../../../runners/targets/envelope.ts';

const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const envelope = fc.record({
  source: uint(16),
  keyIndex: uint(31),
  keyCounter: uint(31),
  intendedAtNs: fc.double({ noNaN: true, min: -1e9, max: 4e18 }),
  handedOverAtNs: fc.double({ noNaN: true, min: -1e9, max: 4e18 }),
});

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

test('an envelope is read as it was written, at any place in the bytes', () => {
  fc.assert(
    fc.property(envelope, uint(32), fc.nat(50), fc.nat(50), (written, runId, before, after) => {
      const bytes = Buffer.alloc(before + ENVELOPE_BYTES + after, 0xee);
      writeEnvelopeAt(viewOf(bytes), before, runId, written);
      const read = emptyEnvelope();
      expect(readEnvelope(viewOf(bytes), before, ENVELOPE_BYTES + after, runId, read)).toBe(true);
      expect(read).toEqual(written);
      expect(bytes.subarray(0, before).every((byte) => byte === 0xee)).toBe(true);
      expect(bytes.subarray(before + ENVELOPE_BYTES).every((byte) => byte === 0xee)).toBe(true);
    }),
  );
});

test('records of others and of other runs are not mistaken for records of this run', () => {
  const read = emptyEnvelope();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => !readEnvelope(viewOf(bytes), 0, bytes.length, 7, read)),
  );
  const bytes = Buffer.alloc(ENVELOPE_BYTES);
  writeEnvelopeAt(viewOf(bytes), 0, 7, emptyEnvelope());
  expect(readEnvelope(viewOf(bytes), 0, ENVELOPE_BYTES, 8, read)).toBe(false);
  expect(readEnvelope(viewOf(bytes), 0, ENVELOPE_BYTES - 1, 7, read)).toBe(false);
  expect(readEnvelope(viewOf(bytes), 0, ENVELOPE_BYTES, 7, read)).toBe(true);
});
