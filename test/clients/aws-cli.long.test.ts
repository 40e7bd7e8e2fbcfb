import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clients, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';
import { readTranscript, type Typed, type } from './transcript.ts';

const captured = readTranscript();

describe.skipIf(clients.kind === 'missing')(`the AWS CLI${whySkipped}`, () => {
  let server: Served;
  let typed: readonly Typed[];

  beforeAll(async () => {
    server = await serve(['--delay', '0ms']);
    typed = await type(
      captured.map(({ line }) => line),
      server.url,
    );
  });
  afterAll(() => server?.end());

  test.each(captured.map(({ line }, index) => [line.slice(0, 80), index] as const))(
    'prints what the documents show: %s',
    (_, index) => {
      const howToRenew = 'if the new response is right: node test/clients/capture-transcript.ts';
      expect(withoutTimes(typed[index]!.printed), howToRenew).toBe(withoutTimes(captured[index]!.printed));
    },
  );

  test('prints the error for a deleted stream', () => {
    expect(typed.at(-1)?.printed).toContain('(ResourceNotFoundException)');
  });

  test('reads back what it put', () => {
    const got = typed.find(({ line }) => line.startsWith('aws kinesis get-records'))!.printed;
    const [record] = JSON.parse(got).Records;
    expect(Buffer.from(record.Data, 'base64').toString()).toBe('{"total":12}');
    expect(record.PartitionKey).toBe('customer-7');
  });
});

/** All that differs from one session to the next: times, and the numbers and iterators that are made from them. */
function withoutTimes(printed: string): string {
  return printed
    .replace(/("\w*SequenceNumber": )"\d{20,}"/g, '$1"number"')
    .replace(/("NextShardIterator": )"[\w+/=]{20,}"/g, '$1"iterator"')
    .replace(/("\w*Timestamp": )\d{10}(?:\.\d{1,3})?/g, '$1time');
}
