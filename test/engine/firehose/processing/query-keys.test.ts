import { describe, expect, onTestFinished, test } from 'vitest';
import { checkQuery } from '../../../../engine/firehose/processing/check-query.ts';
import { compileProblem, loadJq } from '../../../../engine/firehose/processing/jq.ts';
import { QueryKeys } from '../../../../engine/firehose/processing/query-keys.ts';
import { clock, NEVER, recordsOf, START_MS } from './records.ts';

/** The keys that a query makes from each record, or the message of its failure, in the order of the input. */
async function keysOf(query: string, data: readonly (string | Uint8Array)[]): Promise<unknown[]> {
  const step = new QueryKeys(query, clock());
  onTestFinished(() => step.close());
  const input = recordsOf(...data);
  const { records, failed, dropped } = await step.process(input, NEVER);
  expect(dropped).toBe(0);
  expect(records.length + failed.length).toBe(input.length);
  const found = new Map<string, unknown>([
    ...records.map(({ recordId, partitionKeys }) => [recordId, partitionKeys?.fromQuery] as const),
    ...failed.map(({ record, errorMessage }) => [record.recordId, errorMessage] as const),
  ]);
  return input.map(({ recordId }) => found.get(recordId));
}

const NO_JSON = 'Non JSON record provided for metadata extraction';
const NO_OBJECT = 'The query must make exactly one object from a record.';

describe('partition keys by a jq query', () => {
  test('are those of the examples in the guide', async () => {
    const query =
      '{ customer_id: .customer_id, device: .type.device, year: .event_timestamp | strftime("%Y"), hour: .event_timestamp | strftime("%H") }';
    const record = {
      type: { device: 'mobile', event: 'user_clicked_submit_button' },
      customer_id: '1234567890',
      event_timestamp: 1_565_382_027,
    };
    expect(await keysOf(query, [JSON.stringify(record)])).toEqual([
      { customer_id: '1234567890', device: 'mobile', year: '2019', hour: '20' },
    ]);
  });

  test('are texts: numbers and booleans become texts, and nothing else is a key', async () => {
    const data = ['"x"', '1', '1.50', '12345678901234567', 'true', 'null', '[1]', '{"b":1}', '""'].map(
      (a) => `{"a":${a}}`,
    );
    expect(await keysOf('{a: .a}', data)).toEqual([
      { a: 'x' },
      { a: '1' },
      { a: '1.5' },
      { a: '12345678901234567' },
      { a: 'true' },
      {},
      {},
      {},
      { a: '' },
    ]);
  });

  test('belong to their record whatever the other records hold', async () => {
    const data = [
      '{"a":1}',
      'no json',
      '{"a":2',
      '',
      ' \n',
      '{"a":3}\n',
      '{\n  "a": 4,\r\n  "b": "\\n"\n}',
      '{"a":5}{"a":6}',
      '[{"a":7}]',
      '"text"',
      '{"a":8,"many":true}',
      '{"a":9,"none":true}',
      '{"a":10,"error":true}',
      Buffer.from([0xff, 0xfe, 0x00]),
      '{"a":"é\\u0000日"}',
      '{"a":11}',
    ];
    const query =
      'if .many then ({a: .a}, {a: .a}) elif .none then empty elif .error then error("broken") else {a: .a} end # a comment';
    expect(await keysOf(query, data)).toEqual([
      { a: '1' },
      NO_JSON,
      NO_JSON,
      NO_JSON,
      NO_JSON,
      { a: '3' },
      { a: '4' },
      NO_JSON,
      expect.stringMatching(/Cannot index array/),
      expect.stringMatching(/Cannot index string/),
      NO_OBJECT,
      NO_OBJECT,
      'broken',
      NO_JSON,
      { a: 'é\u0000日' },
      { a: '11' },
    ]);
  });

  test.each([['.a'], ['[.a]'], ['"x"'], ['null']])('are none if the query %s makes no object', async (query) => {
    expect(await keysOf(query, ['{"a":1}'])).toEqual([NO_OBJECT]);
  });

  test.each([['{a: input}'], ['{a: [inputs] | length}'], ['halt'], ['"x" | halt_error']])(
    'fail for all records, and not for a wrong one, if the query %s reads or ends the input',
    async (query) => {
      const found = await keysOf(query, ['{"a":1}', '{"a":2}', '{"a":3}']);
      expect(found.every((each) => typeof each === 'string')).toBe(true);
    },
  );

  test('are found in all batches of many records, and again after a batch that failed', async () => {
    const step = new QueryKeys('if .halt then halt else {a: .a} end', clock());
    onTestFinished(() => step.close());
    const bad = await step.process(recordsOf('{"halt":true}', '{"a":1}'), NEVER);
    expect(bad.failed).toHaveLength(2);
    const many = recordsOf(...Array.from({ length: 12_000 }, (_, a) => `{"a":${a}}`));
    const { records } = await step.process(many, NEVER);
    expect(records.map(({ partitionKeys }) => Number(partitionKeys?.fromQuery?.a))).toEqual(many.map((_, a) => a));
  });

  test('keep the keys that a function added before, and report failures with the code of the service', async () => {
    const step = new QueryKeys('{a: .a}', clock());
    onTestFinished(() => step.close());
    const [good, bad] = recordsOf('{"a":1}', 'x');
    const before = { ...good!, partitionKeys: { fromLambda: { b: '2' } } };
    const { records, failed } = await step.process([before, bad!], NEVER);
    expect(records[0]?.partitionKeys).toEqual({ fromLambda: { b: '2' }, fromQuery: { a: '1' } });
    expect(failed).toEqual([
      {
        record: bad,
        errorCode: 'DynamicPartitioning.MetadataExtractionFailed',
        errorMessage: NO_JSON,
        attemptsMade: 1,
        attemptEndedAtMs: START_MS,
      },
    ]);
  });
});

describe('a query without an end', () => {
  test.each(['repeat(.)', '{a: last(range(1e12))}', 'def f: f; f'])(
    'fails its batch after the time limit, and the next batch has keys: %s',
    async (endless) => {
      const step = new QueryKeys(`if .endless then ${endless} else {a: .a} end`, clock(), 300);
      onTestFinished(() => step.close());
      const { records, failed } = await step.process(recordsOf('{"a":1}', '{"endless":true}'), NEVER);
      expect(records).toEqual([]);
      expect(failed.map(({ errorMessage }) => errorMessage)).toEqual([
        'The query did not end within 0.3 s.',
        'The query did not end within 0.3 s.',
      ]);
      const next = await step.process(recordsOf('{"a":2}'), NEVER);
      expect(next.records[0]?.partitionKeys).toEqual({ fromQuery: { a: '2' } });
    },
  );

  test('ends at once when its delivery stream closes', async () => {
    const closing = new AbortController();
    const step = new QueryKeys('{a: last(range(1e12))}', clock(), 60_000);
    const processing = step.process(recordsOf('{}'), closing.signal);
    setTimeout(() => closing.abort(), 50);
    expect((await processing).records).toEqual([]);
    await step.close();
  });

  test('is accepted with keys that are not known, because it may end for other records', async () => {
    expect(await checkQuery('{a: last(range(1e12))}', 300)).toEqual({ kind: 'query', keys: undefined });
    expect(await checkQuery('{a: .a}', 20_000)).toEqual({ kind: 'query', keys: ['a'] });
  });
});

describe('a query', () => {
  test.each(['{a: .a}', '{a: .b.c | strftime("%Y")}', '{a: (.a // error("x"))}', '{"a": .a} # comment'])(
    'compiles although a record without the keys fails: %s',
    async (query) => {
      expect(compileProblem(await loadJq(), query)).toBeUndefined();
    },
  );

  test.each(['{a: .a', '{a: nothing(.a)}', '}', '.a |'])('does not compile: %s', async (query) => {
    expect(compileProblem(await loadJq(), query)).toMatch(/error/);
  });
});
