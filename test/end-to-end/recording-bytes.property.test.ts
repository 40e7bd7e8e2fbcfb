import { isUtf8 } from 'node:buffer';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aFolder } from '../workloads/a-file.ts';
import { type Received, type ReplayOptions, replayOnEngine } from './replay-on-engine.ts';

const folder = aFolder();
const LF = 10;

async function replayOf(bytes: Uint8Array, how: object, keyField?: string): Promise<Received[] | readonly string[]> {
  const options: ReplayOptions = { replay: { file: folder.write('recording', bytes), ...how } };
  return replayOnEngine(keyField === undefined ? options : { ...options, keyField });
}

const isRejected = (found: Received[] | readonly string[]): found is readonly string[] =>
  found.length > 0 && found.every((item) => typeof item === 'string');

const payloadsOf = (found: Received[] | readonly string[]): string[] =>
  (found as Received[]).map(({ payload }) => payload.toString('hex'));

/** The lines of a file by the documented rules, and by none of the code under test. */
function linesOf(bytes: Buffer): Buffer[] {
  const content = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : bytes;
  const lines: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const newline = content.indexOf(LF, at);
    const end = newline < 0 ? content.length : newline;
    lines.push(content.subarray(at, end > at && content[end - 1] === 13 ? end - 1 : end));
    at = end + 1;
  }
  return lines.filter((line) => !line.every((byte) => byte === 32 || byte === 9 || byte === 13));
}

const hex = (buffers: readonly Buffer[]): string[] => buffers.map((buffer) => buffer.toString('hex'));

/** Bytes of which many mean something to some reader. */
const anyBytes = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => [byte]) },
      { weight: 4, arbitrary: fc.constantFrom(...[...' \t\r\n",;|{}[]:\\#$1e-'].map((c) => [c.charCodeAt(0)])) },
      { weight: 3, arbitrary: fc.constantFrom([13, 10], [10], [0xe9], [0xc3, 0xa9], [0xef, 0xbb, 0xbf], [0xff, 0xfe]) },
      { weight: 1, arbitrary: fc.constantFrom([0], [0x1f, 0x8b], [0x28, 0xb5, 0x2f, 0xfd], [0xed, 0xa0, 0x80]) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(parts.flat()));

const packed = fc.constantFrom<(bytes: Buffer) => Buffer>(
  (bytes) => bytes,
  (bytes) => gzipSync(bytes),
  (bytes) => zstdCompressSync(bytes),
);

test('any bytes of a log reach a consumer unchanged, line by line, or the file is rejected with a reason', async () => {
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(anyBytes, packed, async (bytes, pack) => {
      const found = await replayOf(pack(bytes), { format: 'log' });
      if (isRejected(found)) {
        for (const problem of found) expect(problem).toMatch(/^REPLAY_[A-Z]+ 'recording' .+\. .+[.>]$/s);
        return;
      }
      replayed += 1;
      expect(payloadsOf(found)).toEqual(hex(linesOf(bytes)));
    }),
    { numRuns: 60 },
  );
  expect(replayed).toBeGreaterThan(5);
});

/** JSON texts of which JSON.parse changes most. */
const jsonNumber = fc.constantFrom(
  '1e400',
  '12345678901234567890',
  '1.0',
  '1',
  '-0',
  '0.1e1',
  '1E+2',
  '123.4500',
  '-1e-400',
);
const jsonString = fc.oneof(
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .map((text) => ({ raw: Buffer.from(JSON.stringify(text)), text })),
  fc.constant({ raw: Buffer.from('"\\u00e9\\/\\ud83d\\ude00"'), text: 'é/😀' }),
);
const space = fc.constantFrom('', ' ', '\t', '  ');
const rawText = fc.array(fc.oneof(fc.integer({ min: 0x20, max: 0xff }), fc.constantFrom(0xc3, 0xa9, 0xe9)), {
  maxLength: 12,
});

const jsonLine = fc
  .record({
    key: fc.oneof(
      jsonNumber.map((raw) => ({ raw: Buffer.from(raw), text: raw })),
      jsonString,
    ),
    name: fc.constantFrom('"k"', '"\\u006b"'),
    data: rawText.map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x22 || byte === 0x5c ? 0x2e : byte)))),
    before: fc.boolean(),
    gap: space,
  })
  .map(({ key, name, data, before, gap }) => {
    const own = Buffer.concat([Buffer.from(`${name}${gap}:${gap}`), key.raw]);
    const other = Buffer.concat([Buffer.from('"x":{"k":"no","y":["'), data, Buffer.from(`"]}`)]);
    const members = before ? [own, Buffer.from(`,${gap}`), other] : [other, Buffer.from(`${gap},`), own];
    return { line: Buffer.concat([Buffer.from(`${gap}{`), ...members, Buffer.from(`}${gap}`)]), key: key.text };
  });

test('any NDJSON reaches a consumer unchanged, with the text of the file as its key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(jsonLine, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      fc.boolean(),
      packed,
      async (lines, newline, hasMark, pack) => {
        const content = lines.flatMap(({ line }) => [line, Buffer.from(newline)]);
        const bytes = Buffer.concat([Buffer.from(hasMark ? [0xef, 0xbb, 0xbf] : []), ...content]);
        const found = (await replayOf(pack(bytes), { format: 'ndjson' }, 'k')) as Received[];
        expect(payloadsOf(found)).toEqual(hex(lines.map(({ line }) => line)));
        expect(found.map(({ key }) => key.toString())).toEqual(lines.map(({ key }) => key));
      },
    ),
    { numRuns: 60 },
  );
});

test('any bytes read as NDJSON reach a consumer unchanged, or the file is rejected', async () => {
  const pieces = fc.oneof(
    anyBytes,
    jsonLine.map(({ line }) => Buffer.concat([line, Buffer.from('\n')])),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 4 }), async (parts) => {
      const bytes = Buffer.concat(parts);
      const found = await replayOf(bytes, { format: 'ndjson' }, 'k');
      if (!isRejected(found)) expect(payloadsOf(found)).toEqual(hex(linesOf(bytes)));
    }),
    { numRuns: 60 },
  );
});

const cell = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x22, 0x2c, 0x3b, 13, 10, 0x61, 0xe9)),
  {
    minLength: 1,
    maxLength: 8,
  },
);
const separators = fc.constantFrom(',', ';', '\t', '|', ':');

/** A cell as CSV: quoted with doubled quotes if it needs it. */
function csvCell(bytes: readonly number[], separator: string): Buffer {
  const needsQuotes = bytes.some(
    (byte) => byte === 0x22 || byte === 13 || byte === 10 || byte === separator.charCodeAt(0),
  );
  const inner = Buffer.from(bytes.flatMap((byte) => (byte === 0x22 ? [byte, byte] : [byte])));
  return needsQuotes ? Buffer.concat([Buffer.from('"'), inner, Buffer.from('"')]) : inner;
}

test('any CSV reaches a consumer unchanged, with the value of the file as its key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }),
      separators,
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom('utf-8', 'latin1'),
      async (rows, separator, newline, encoding) => {
        const raw = rows.map(([key, other]) =>
          Buffer.concat([csvCell(key, separator), Buffer.from(separator), csvCell(other, separator)]),
        );
        const header = Buffer.from(`k${separator}other${newline}`);
        const bytes = Buffer.concat([header, ...raw.flatMap((row) => [row, Buffer.from(newline)])]);
        const how = { format: 'csv', separator, encoding };
        const found = await replayOf(bytes, how, 'k');
        const keys = rows.map(([key]) => Buffer.from(key));
        const isExact = encoding === 'latin1' || keys.every((key) => isUtf8(key));
        if (isRejected(found)) {
          expect(isExact, found.join()).toBe(false);
          expect(found[0]).toMatch(/^REPLAY_ENCODING 'recording' line \d+ column \d+ .*encoding: latin1/s);
          return;
        }
        expect(isExact).toBe(true);
        expect(payloadsOf(found)).toEqual(hex(raw));
        const expected = encoding === 'latin1' ? keys.map((key) => Buffer.from(key.toString('latin1'))) : keys;
        expect(hex(found.map(({ key }) => key))).toEqual(hex(expected));
      },
    ),
    { numRuns: 80 },
  );
});

test('any bytes read as CSV have the rows and values of csv-parse, or both reject them', async () => {
  const letters = fc.constantFrom('a', 'b', ',', ',', '"', '""', '\n', '\n', '\r\n', '\r', 'é', ' ');
  // Letters only make whole rows too seldom: most bodies would be rejected by both.
  const rows = fc.constantFrom('a,b\n', 'é,\r\n', ',b\n', '"a""b","c,d"\n', '"a\nb",\n', '\n');
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(letters, { weight: 3, arbitrary: rows }), { maxLength: 14 }), async (parts) => {
      const body = parts.join('');
      // A CR at the very end is half of a line end here, and a value to csv-parse.
      fc.pre(!body.endsWith('\r'));
      const bytes = Buffer.from(`k,other\n${body}`);
      let rows: string[][] | undefined;
      try {
        rows = parseCsv(bytes, { record_delimiter: ['\n', '\r\n'], skip_empty_lines: true }).slice(1);
      } catch {}
      const found = await replayOf(bytes, { format: 'csv', separator: ',', missingKey: 'skip' }, 'k');
      if (isRejected(found)) {
        expect(rows?.filter(([key]) => key !== '') ?? [], found.join()).toEqual([]);
        return;
      }
      replayed += 1;
      expect(found.map(({ key }) => key.toString())).toEqual(rows?.map(([key]) => key).filter((key) => key !== ''));
    }),
    { numRuns: 150 },
  );
  expect(replayed).toBeGreaterThan(15);
});
