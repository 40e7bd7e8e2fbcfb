import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBlocks } from '../../../../runners/plan/input/trace/read-blocks.ts';
import { CsvReader } from '../../../../runners/plan/input/trace/read-csv.ts';
import { LogReader } from '../../../../runners/plan/input/trace/read-log.ts';
import { NdjsonReader } from '../../../../runners/plan/input/trace/read-ndjson.ts';
import type { FieldPlace, TraceLine, TraceReader, TraceSink } from '../../../../runners/plan/input/trace/trace-line.ts';

/** Keeps what a reader found, as text. */
class Kept implements TraceSink {
  readonly found: unknown[] = [];

  take(line: TraceLine): void {
    const { time, key, size } = line;
    const text = ({ start, end, text }: FieldPlace) =>
      start < 0 ? null : (text ?? line.bytes.toString('utf8', start, end));
    this.found.push([line.line, line.end - line.start, text(time), text(key), text(size)]);
  }

  bad(line: number, what: string): void {
    this.found.push([line, what]);
  }
}

async function readAll(bytes: Buffer, blockBytes: number, open: (sink: TraceSink) => TraceReader): Promise<unknown[]> {
  const sink = new Kept();
  let reader: TraceReader | undefined;
  const blocks = (async function* () {
    for (let at = 0; at < bytes.length; at += blockBytes) yield bytes.subarray(at, at + blockBytes);
  })();
  await readBlocks(blocks, 'utf-8', 'test', (block) => {
    reader ??= open(sink);
    return reader.read(block);
  });
  return sink.found;
}

const ndjson = (sink: TraceSink) => new NdjsonReader(sink, { time: 't', key: 'k', size: 'n' }, 'test');
const csv = (sink: TraceSink) =>
  new CsvReader(sink, { time: 't', key: 'k', size: 'n', separator: ',' }, 'test', () => true);
const log = (sink: TraceSink) => new LogReader(sink, { key: '$2' }, 'test');

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const json = fc.record(
  {
    t: fc.oneof(text, fc.integer()),
    k: fc.oneof(text, fc.constant(null)),
    n: fc.nat(),
    other: fc.jsonValue({ maxDepth: 2 }),
    'k"': text,
  },
  { requiredKeys: [] },
);
const spaced = fc.tuple(json, fc.boolean()).map(([value, isSpaced]) => {
  const line = JSON.stringify(value);
  return isSpaced ? ` ${line.replace(/^\{/u, '{ ').replace(/\}$/u, ' }')} ` : line;
});
const csvValue = fc.oneof(
  fc.stringMatching(/^[a-z0-9 ]{0,8}$/u),
  fc.string({ maxLength: 8 }).map((value) => `"${value.replaceAll('"', '""')}"`),
);
const csvRow = fc.array(csvValue, { minLength: 3, maxLength: 4 }).map((values) => values.join(','));
const ending = fc.constantFrom('\n', '\r\n');

const joined = (lines: fc.Arbitrary<string>, head = '') =>
  fc.tuple(fc.array(lines, { maxLength: 30 }), ending, fc.boolean()).map(([list, end, isCut]) => {
    return Buffer.from(head + list.join(end) + (isCut ? '' : end));
  });

describe('a trace that comes in blocks', () => {
  const logLine = fc.tuple(fc.stringMatching(/^[a-z. ]{0,20}$/u), fc.nat(59)).map(([words, second]) => {
    return `10.0.0.1 user [17/May/2015:10:05:${String(second).padStart(2, '0')} +0000] ${words}`;
  });
  test.each([
    ['NDJSON', joined(fc.oneof(spaced, fc.string({ maxLength: 20 }))), ndjson],
    ['CSV', joined(csvRow, 't,k,n,x\n'), csv],
    ['log lines', joined(fc.oneof(logLine, fc.string({ maxLength: 20 }))), log],
  ] as const)('has the same records for %s, whatever the blocks', async (_, content, open) => {
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 60 }), async (bytes, blockBytes) => {
        fc.pre(bytes.length > 0 && !bytes.includes(0));
        expect(await readAll(bytes, blockBytes, open)).toEqual(await readAll(bytes, bytes.length, open));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a line of NDJSON', () => {
  const expected = (value: unknown) => (value === null || value === undefined || value === '' ? null : String(value));

  test('has the values that JSON.parse finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(spaced, { minLength: 1, maxLength: 10 }), async (lines) => {
        const found = await readAll(Buffer.from(lines.join('\n')), 1000, ndjson);
        const parsed = lines.map((line, i) => {
          const { t, k, n } = JSON.parse(line);
          return [i + 1, Buffer.byteLength(line), expected(t), expected(k), expected(n)];
        });
        expect(found).toEqual(parsed);
      }),
      { numRuns: 300 },
    );
  });

  test('is never read, when damaged, if JSON.parse would miss a quote, a bracket or a comma', async () => {
    const damaged = fc.tuple(json, fc.nat(), fc.constantFrom('', '"', '}', ',', ':')).map(([value, at, put]) => {
      const line = JSON.stringify({ t: 1, ...value });
      const place = at % line.length;
      return line.slice(0, place) + put + line.slice(place + 1);
    });
    await fc.assert(
      fc.asyncProperty(damaged, async (line) => {
        let isJson = true;
        try {
          JSON.parse(line);
        } catch {
          isJson = false;
        }
        const [first] = await readAll(Buffer.from(`{"t":1,"k":"a","n":1}\n${line}`), 1000, ndjson).then((all) =>
          all.slice(1),
        );
        if (isJson && line.startsWith('{')) expect(first).toHaveLength(5);
        // Escapes, control characters and the digits of numbers are not checked.
        else if (!/\\|\d/u.test(line.replace('"t":1', ''))) expect(first).toHaveLength(2);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['{""false}', '{"a" 1}', '[1 2]', '[1,]', '{"a":1,}', '[}', '{]', '{"a":}', '[,1]'])(
    'is not read if the nested value is %s',
    async (nested) => {
      const lines = `{"t":1,"k":"a","n":1}\n{"t":1,"k":"a","n":1,"other":${nested}}\n`;
      expect((await readAll(Buffer.from(lines), 1000, ndjson))[1]).toHaveLength(2);
    },
  );

  test('is read with 999 values in each other, and is bad with 100,000', async () => {
    const line = (depth: number) => `{"t":1,"k":"a","n":1,"other":${'['.repeat(depth)}${']'.repeat(depth)}}\n`;
    const found = await readAll(Buffer.from(line(1) + line(999) + line(100_000)), 300_000, ndjson);
    expect(found.map((each) => (each as unknown[]).length)).toEqual([5, 5, 2]);
  });
});
