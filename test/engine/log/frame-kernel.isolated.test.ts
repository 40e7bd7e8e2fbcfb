import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { type LogViews, writeFrames } from '../../../engine/log/frame.ts';
import { FrameKernel } from '../../../engine/log/frame-kernel.ts';
import { RecordBatch, tableWithMemory } from '../../../engine/log/record-batch.ts';
import { ShardLog } from '../../../engine/log/shard-log.ts';
import { createShardLog } from '../../../engine/log/shard-log-memory.ts';
import { int32Column } from '../../../engine/log/shared-memory.ts';
import { tableOf } from './records.ts';

const LENGTHS = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 255, 1000, 1023, 1024, 1025, 3000];

/** Byte strings whose content shows their origin, at offsets that leave gaps. */
const strings = (salt: number) =>
  tableOf(
    LENGTHS.map((length) => Uint8Array.from({ length }, (_, i) => (i * 31 + length * 7 + salt) | 1)),
    3072,
  );
const keys = strings(3);
const payloads = strings(5);
const keysWithMemory = tableWithMemory(keys);
const payloadsWithMemory = tableWithMemory(payloads);

const newLog = () => new ShardLog(createShardLog({ termLengthBytes: 1 << 20, termCount: 2 }));
const plain = newLog();
const fast = newLog();

const row = fc.record({
  key: fc.nat(LENGTHS.length - 1),
  payload: fc.nat(LENGTHS.length - 1),
  counter: fc.integer(),
  intendedAtNs: fc.double({ noNaN: true }),
});

describe('the frame kernel', () => {
  it('the bytes of the frame kernel are those that its source compiles to', async () => {
    const { parseWat } = await wabt();
    const source = readFileSync(new URL('../../../engine/log/frame-kernel.wat', import.meta.url), 'utf8');
    const features = { multi_memory: true, threads: true, simd: true, bulk_memory: true };
    const compiled = Buffer.from(parseWat('frame-kernel.wat', source, features).toBinary({}).buffer).toString('base64');
    const embedded = readFileSync(new URL('../../../engine/log/frame-kernel.ts', import.meta.url), 'utf8');
    // When this fails, the string to put there is the one that it prints.
    expect(/'([A-Za-z0-9+/=]{100,})'/.exec(embedded)?.[1]).toBe(compiled);
  });

  it('the frame kernel is used only if it can reach all memory of a batch', () => {
    const order = int32Column(4);
    const batch = new RecordBatch(4, keysWithMemory, payloadsWithMemory, 1);
    expect(fast.kernelFor(batch, order)).toBeInstanceOf(FrameKernel);
    expect(fast.kernelFor(batch, new Int32Array(4))).toBeUndefined();
    expect(fast.kernelFor(new RecordBatch(4, keys, payloadsWithMemory, 1), order)).toBeUndefined();
    expect(fast.kernelFor(new RecordBatch(4, keysWithMemory, payloads, 1), order)).toBeUndefined();
    expect(fast.kernelFor(batch, order)).toBeInstanceOf(FrameKernel);
  });

  it('the frame kernel writes the same bytes as the loop in JavaScript, padding included', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 40 }), fc.nat(65_535), fc.nat(3), (rows, source, skip) => {
        const write = (log: LogViews, batch: RecordBatch): number => {
          const order = int32Column(rows.length);
          for (const [i, { key, payload, counter, intendedAtNs }] of rows.entries()) {
            order[i] = rows.length - 1 - i;
            batch.keyIndex[i] = key;
            batch.payloadIndex[i] = payload;
            batch.keyCounter[i] = counter;
            batch.intendedAtNs[i] = intendedAtNs;
          }
          log.bytes.fill(0xa5, plain.termsByte, plain.termsByte + 256 * 1024);
          return writeFrames(log, plain.termsByte + 16, batch, order, Math.min(skip, rows.length - 4), rows.length);
        };
        const end = write(plain, new RecordBatch(rows.length, keys, payloads, source));
        expect(write(fast, new RecordBatch(rows.length, keysWithMemory, payloadsWithMemory, source))).toBe(end);
        const written = (log: LogViews) => Buffer.from(log.bytes.slice(plain.termsByte, end + 256));
        expect(written(fast).equals(written(plain))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('the frame kernel does not change a batch whose columns had no room in the shared memory', () => {
    const huge = 4 * 1024 * 1024;
    const batch = new RecordBatch(huge, keysWithMemory, payloadsWithMemory, 1);
    expect(batch.columns).toBeUndefined();
    expect(fast.kernelFor(batch, int32Column(4))).toBeUndefined();
    expect(batch.intendedAtNs).toHaveLength(huge);
  });
});
