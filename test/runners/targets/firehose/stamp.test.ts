import { describe, expect, test } from 'vitest';
import {
  emptyStamp,
  STAMP_BYTES,
  type Stamp,
  StampReader,
  StampWriter,
} from '../../../../runners/targets/firehose/stamp.ts';

const RUN = 0x00c0ffee;
const stamp: Stamp = {
  source: 65_535,
  keyIndex: 4_000_000_000,
  keyCounter: 7,
  recordBytes: 1_024_000,
  intendedAtNs: 1234.5,
  handedOverAtNs: -1.25e6,
};

function stamped(content: string | Uint8Array, runId = RUN, numbers = stamp): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const out = Buffer.alloc(bytes.length + STAMP_BYTES);
  new StampWriter(runId).write(out, 0, numbers, bytes);
  return out;
}

function found(bytes: Buffer, runId = RUN): Stamp[] {
  const reader = new StampReader(runId);
  const all: Stamp[] = [];
  for (let at = 0; ; ) {
    const into = emptyStamp();
    at = reader.next(bytes, at, into);
    if (at === -1) return all;
    all.push(into);
  }
}

describe('the stamp of a record', () => {
  test.each(['GET /cart 200', '{"page":"/cart","n":[{}]}', '{}', '', '{', '[1,2]', '"text"'])(
    'is read back from a record with the content %j',
    (content) => {
      expect(found(stamped(content))).toEqual([stamp]);
    },
  );

  test.each([{}, { page: '/cart' }, { a: { b: [1, '}'] } }])('leaves the JSON object %j an object', (value) => {
    const { sg, ...rest } = JSON.parse(stamped(JSON.stringify(value)).toString());
    expect(sg).toMatch(/^SGf1[0-9a-f]{8}[A-Za-z0-9+/]{40}$/);
    expect(rest).toEqual(value);
  });

  test('leaves text printable, with its content at the end', () => {
    expect(stamped('GET /cart 200').toString()).toMatch(/^"sg":"[ -~]{52}" GET \/cart 200$/);
  });

  test('is found in records with nothing between them, also after JSON was written again by another program', () => {
    const numbers = Array.from({ length: 50 }, (_, keyCounter) => ({ ...stamp, keyCounter }));
    const records = numbers.map((own, i) => stamped(i % 2 === 0 ? '{"n":1}' : `line ${i}`, RUN, own));
    expect(found(Buffer.concat(records))).toEqual(numbers);
    const pretty = JSON.stringify(JSON.parse(stamped('{"n":1}').toString()), undefined, 2);
    expect(found(Buffer.from(pretty))).toEqual([stamp]);
  });

  test('is not found by another run', () => {
    expect(found(stamped('a', RUN + 1))).toEqual([]);
  });

  test('is skipped if its text is damaged or cut off, and the next one is found', () => {
    const damaged = stamped('a');
    damaged[30] = 0x20;
    const cut = stamped('').subarray(0, STAMP_BYTES - 10);
    expect(found(Buffer.concat([damaged, stamped('b')]))).toEqual([stamp]);
    expect(found(Buffer.concat([stamped('b'), cut]))).toEqual([stamp]);
  });
});
