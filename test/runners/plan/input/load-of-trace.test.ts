import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { hashKey } from '../../../../engine/routing/hash-key.ts';
import { loadOfTrace } from '../../../../runners/plan/input/load-of-trace.ts';
import { badLineLimit } from '../../../../runners/plan/input/trace/bad-lines.ts';
import type { TraceLoadOptions } from '../../../../runners/plan/input/trace/trace-options.ts';
import { hashRatioOf, hexOf } from '../../../../runners/sketch/heavy-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'trace-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function loadOf(content: string | Buffer, options: Partial<TraceLoadOptions> = {}) {
  files += 1;
  const path = join(folder, `trace-${files}`);
  writeFileSync(path, content);
  return loadOfTrace(path, { consumers: [], ...options });
}

interface Row {
  readonly dueAtNs: number;
  readonly hashRatio: number;
  readonly bytes: number;
}

async function rowsOf(content: string | Buffer, options: Partial<TraceLoadOptions> = {}): Promise<Row[]> {
  const load = await loadOf(content, options);
  const rows: Row[] = [];
  for (const { count, dueAtNs, hashRatio, bytes } of load.replay!()) {
    for (let i = 0; i < count; i += 1) rows.push({ dueAtNs: dueAtNs[i]!, hashRatio: hashRatio[i]!, bytes: bytes[i]! });
  }
  load.close();
  return rows;
}

function hashOf(key: string): Uint32Array {
  const bytes = Buffer.from(key);
  const hash = new Uint32Array(4);
  hashKey(bytes, 0, bytes.length, hash);
  return hash;
}
const ratioOf = (key: string) => hashRatioOf(hashOf(key));

const NDJSON = [
  '{"time":"2026-01-01T00:00:00.000001Z","key":"a","bytes":100}',
  '{"time":"2026-01-01T00:00:00.5Z","key":"b","bytes":200,"nested":{"deep":[1,"}"]}}',
  '{ "bytes": 300, "key": "\\u00e9", "time": "2026-01-01T00:01:10Z" }',
].join('\n');

describe('the records of a trace', () => {
  test('have the times, hash keys and sizes of an NDJSON file, with the bytes of their keys', async () => {
    expect(await rowsOf(NDJSON)).toEqual([
      { dueAtNs: expect.closeTo(0, -4), hashRatio: ratioOf('a'), bytes: 101 },
      { dueAtNs: expect.closeTo(499_999_000, -4), hashRatio: ratioOf('b'), bytes: 201 },
      { dueAtNs: expect.closeTo(70e9 - 1000, -4), hashRatio: ratioOf('é'), bytes: 302 },
    ]);
  });

  test.each([
    ['gzip', gzipSync(NDJSON)],
    ['gzip of two members', Buffer.concat([gzipSync(NDJSON.slice(0, 70)), gzipSync(NDJSON.slice(70))])],
    ['zstd', zstdCompressSync(NDJSON)],
    ['zstd of two frames', Buffer.concat([zstdCompressSync(NDJSON.slice(0, 70)), zstdCompressSync(NDJSON.slice(70))])],
  ])('are the same if the file is compressed with %s', async (_, compressed) => {
    expect(await rowsOf(compressed)).toEqual(await rowsOf(NDJSON));
  });

  test('are the same in CSV, with a separator that is detected and quotes', async () => {
    const csv = ['timestamp;user;bytes', '2026-01-01T00:00:00.000001Z;a;100', '"2026-01-01T00:00:00.5Z";"b";"200"'];
    csv.push('2026-01-01T00:01:10Z;é;300', '');
    expect(await rowsOf(csv.join('\r\n'), { fields: { key: 'user' } })).toEqual(await rowsOf(NDJSON));
  });

  test('are those of a CSV file without a header if its columns are named by number', async () => {
    const csv = '1767225600000,a,100\n1767225600500,b,200\n';
    const rows = await rowsOf(csv, { fields: { time: '$1', key: '$2', size: '$3' } });
    expect(rows.map(({ bytes }) => bytes)).toEqual([101, 201]);
  });

  test('have the size of a whole line in an access log, and the address as their key', async () => {
    const lines = [
      '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 203023',
      '93.114.45.13 - - [17/May/2015:10:05:04 +0000] "GET /b HTTP/1.1" 200 26185',
    ];
    const rows = await rowsOf(`${lines.join('\n')}\n`);
    expect(rows.map(({ hashRatio }) => hashRatio)).toEqual([ratioOf('83.149.9.216'), ratioOf('93.114.45.13')]);
    expect(rows.map(({ bytes }) => bytes)).toEqual(lines.map((line) => line.length + 12));
  });

  test('have the columns of a W3C log such as those of CloudFront, and the address as their key', async () => {
    const lines = [
      '#Version: 1.0',
      '#Fields: date time x-edge-location sc-bytes c-ip cs-method',
      '2026-01-01\t00:00:01\tFRA2\t1045\t192.0.2.10\tGET',
      '2026-01-01\t00:00:02\tFRA2\t1046\t192.0.2.11\tGET',
    ];
    const content = `${lines.join('\n')}\n`;
    const rows = await rowsOf(gzipSync(content));
    expect(rows.map(({ hashRatio }) => hashRatio)).toEqual([ratioOf('192.0.2.10'), ratioOf('192.0.2.11')]);
    const sized = await rowsOf(content, { fields: { key: 'x-edge-location', size: 'sc-bytes' } });
    expect(sized.map(({ hashRatio, bytes }) => [hashRatio, bytes])).toEqual([
      [ratioOf('FRA2'), 1049],
      [ratioOf('FRA2'), 1050],
    ]);
    await expect(loadOf(content, { fields: { key: 'c-port' } })).rejects.toThrow(/no field 'c-port'.*c-ip, cs-method/);
  });

  test('take hashes instead of keys, as MD5 or as a decimal hash key', async () => {
    const hash = hashOf('a');
    const decimal = BigInt(`0x${hexOf(hash)}`).toString();
    const text = (value: string) => `{"ts":1767225600,"keyHash":"${value}","size":10}\n`;
    const rows = await rowsOf(text(hexOf(hash)) + text(decimal));
    expect(rows.map(({ hashRatio, bytes }) => [hashRatio, bytes])).toEqual([
      [ratioOf('a'), 10],
      [ratioOf('a'), 10],
    ]);
  });

  test('find fields inside of other fields', async () => {
    const line = '{"meta":{"at":1767225600123},"user":{"id":"a"},"n":5}\n';
    const rows = await rowsOf(line, { fields: { time: 'meta.at', key: 'user.id', size: 'n' } });
    expect(rows).toMatchObject([{ hashRatio: ratioOf('a'), bytes: 6 }]);
  });

  test('keep a row with a newline in quotes whole, wherever the file is cut into blocks', async () => {
    const note = `"${'x\n'.repeat(700_000)}"`;
    const csv = `time,key,bytes,note\n1767225600,a,1,${note}\n1767225601,b,2,y\n`;
    expect((await rowsOf(csv)).map(({ bytes }) => bytes)).toEqual([2, 3]);
  });

  test('are sorted by time if they are a little out of order', async () => {
    const lines = [3, 1, 2].map((s) => `{"time":${1767225600 + s},"key":"k${s}","bytes":${s}}`);
    const load = await loadOf(lines.join('\n'));
    expect(load.notes.join('\n')).toContain('2 records were out of order and were sorted by time.');
    expect([...load.replay!()].flatMap(({ count, bytes }) => [...bytes.subarray(0, count)])).toEqual([3, 4, 5]);
    load.close();
  });
});

describe('a load from a trace', () => {
  const times = (count: number) =>
    Array.from({ length: count }, (_, i) => `{"time":${1767225600 + i},"key":"k${i % 4}","bytes":96}`).join('\n');

  test('has the rates, keys and shares of its records', async () => {
    const load = await loadOf(times(100));
    expect(load).toMatchObject({ records: 100, bytes: 9800, durationNs: 100e9 });
    expect(load.rates).toMatchObject({ stepNs: 1e9, recordsOfStep: new Float64Array(100).fill(1) });
    expect(load.keys.distinctKeys).toBe(4);
    expect(load.keys.heaviest.map(({ name, recordShare }) => [name, recordShare]).sort()).toEqual(
      [0, 1, 2, 3].map((i) => [`k${i}`, 0.25]),
    );
    const shares = new Float64Array(3);
    for (let i = 0; i < 4; i += 1) shares[Math.floor(ratioOf(`k${i}`) * 3)]! += 0.25;
    expect([...load.keys.recordShares(3)]).toEqual([...shares]);
    load.close();
  });

  test('replays the same records each time, also after a pass that was not finished', async () => {
    const load = await loadOf(times(50), { scale: 3000, producers: 7 });
    const once = () => {
      const rows: number[] = [];
      for (const { count, dueAtNs, hashRatio, bytes, producer } of load.replay!()) {
        for (let i = 0; i < count; i += 1) rows.push(dueAtNs[i]!, hashRatio[i]!, bytes[i]!, producer[i]!);
      }
      return rows;
    };
    for (const _ of load.replay!()) break;
    const first = once();
    expect(first.length).toBe(4 * 150_000);
    expect(once()).toEqual(first);
    expect(once()).toEqual(first);
    load.close();
  });

  test('has copies of each record in its second if it is scaled, in the order of time', async () => {
    const rows = await rowsOf(times(20), { scale: 100, copyKeys: 'same' });
    expect(rows.length).toBe(2000);
    for (let second = 0; second < 20; second += 1) {
      const inSecond = rows.filter(({ dueAtNs }) => Math.floor(dueAtNs / 1e9) === second);
      expect(inSecond.length).toBe(100);
      expect(new Set(inSecond.map(({ hashRatio }) => hashRatio))).toEqual(new Set([ratioOf(`k${second % 4}`)]));
    }
    const sorted = rows.map(({ dueAtNs }) => dueAtNs).sort((a, b) => a - b);
    expect(rows.map(({ dueAtNs }) => dueAtNs)).toEqual(sorted);
  });

  test('gives copies their own keys on request, and knows their shares', async () => {
    const load = await loadOf(times(40), { scale: 50, copyKeys: 'new' });
    const hashes: number[] = [];
    for (const { count, hashRatio } of load.replay!()) hashes.push(...hashRatio.subarray(0, count));
    expect(new Set(hashes).size).toBe(200);
    expect(load.keys.distinctKeys).toBe(200);
    const counted = new Float64Array(16);
    for (const ratio of hashes) counted[Math.floor(ratio * 16)]! += 1 / hashes.length;
    const shares = load.keys.recordShares(16);
    for (const [shard, share] of shares.entries()) expect(share).toBeCloseTo(counted[shard]!, 9);
    load.close();
  });

  test('knows the keys that are busiest in one second, and makes them busier only if copies keep their keys', async () => {
    const burst = Array.from({ length: 30 }, () => '{"time":1767225610,"key":"burst","bytes":5}').join('\n');
    const content = `${times(10)}\n${burst}\n`;
    const load = await loadOf(content, { scale: 10, copyKeys: 'same' });
    expect(load.bursts![0]).toEqual({
      name: 'burst',
      hashRatio: ratioOf('burst'),
      records: 300,
      bytes: 3000,
      atNs: 10e9,
    });
    expect(
      load
        .bursts!.slice(1)
        .map(({ name, records }) => [name, records])
        .sort(),
    ).toEqual([0, 1, 2, 3].map((i) => [`k${i}`, 10]));
    load.close();
    const more = await loadOf(content, { scale: 10 });
    expect(more.bursts![0]).toMatchObject({ name: 'burst', records: 30 });
    more.close();
  });

  test('has some records twice, or not at all, if the scale is a fraction', async () => {
    expect((await rowsOf(times(100), { scale: 1.5 })).length).toBe(150);
    expect((await rowsOf(times(100), { scale: 0.25 })).length).toBe(25);
  });

  test('is shorter if its times are sped up', async () => {
    const load = await loadOf(times(100), { speed: 10 });
    expect(load.durationNs).toBe(10e9);
    expect(load.rates.stepNs).toBe(0.1e9);
    load.close();
  });

  test('leaves no temporary file behind', async () => {
    const spooled = () => readdirSync(tmpdir()).filter((name) => name.startsWith('streamgauge-trace-'));
    const load = await loadOf(times(10));
    expect(spooled()).toEqual([]);
    load.close();
    load.close();
    await expect(loadOf('{"time":1}\n')).rejects.toThrow('RUNNER_INPUT_FIELD');
    expect(spooled()).toEqual([]);
  });

  test('notes that a trace of less than a minute shows no peak', async () => {
    const load = await loadOf(times(10));
    expect(load.notes.join('\n')).toContain('only 10 s long');
    load.close();
  });
});

describe('a trace that cannot be planned', () => {
  const good = '{"time":1767225600,"key":"a","bytes":1}\n';
  test.each([
    ['without a record', '\n\n', /RUNNER_INPUT_EMPTY/],
    ['without a line', '', /RUNNER_INPUT_EMPTY/],
    ['with a line that is no JSON', `${good}{"time":\n`, /RUNNER_INPUT_MALFORMED line 2 is not JSON .*--bad-lines/],
    ['without a size in a record', `${good}{"time":1767225600,"key":"a"}\n`, /line 2 has no size/],
    ['with a size with a unit', `${good}{"time":1767225600,"key":"a","bytes":"1kB"}\n`, /line 2 has the size "1kB"/],
    ['with a size below 0', `${good}{"time":1767225600,"key":"a","bytes":-1}\n`, /line 2 has the size "-1"/],
    ['with sizes of 0 only', good.replace('"bytes":1', '"bytes":0'), /RUNNER_INPUT_FIELD every record has a size of 0/],
    [
      'with a record above 10 MiB',
      good.replace('"bytes":1', '"bytes":20000000'),
      /line 1 has a record of 20000000 bytes/,
    ],
    ['without a key in a record', `${good}{"time":1767225600,"bytes":1}\n`, /line 2 has no key/],
    ['without a time in a record', `${good}{"key":"a","bytes":1}\n`, /line 2 has no time/],
    [
      'with times of two units',
      `${good}{"time":1767225600000,"key":"a","bytes":1}\n`,
      /line 2 has the time "1767225600000" \(a number of milliseconds\)/,
    ],
    ['without a field for the key', '{"time":1767225600,"user":"a"}\n', /RUNNER_INPUT_FIELD .*time, user.*--key-field/],
    ['with a bad hash', '{"time":1767225600,"md5":"xyz"}\n', /line 1 has a hash/],
    [
      'with too few values in a row',
      'time,key,bytes\n1767225600,a,1\n1767225600,a\n',
      /line 3 has 2 values under 3 columns/,
    ],
    ['in UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), /RUNNER_INPUT_MALFORMED .*UTF-16LE.*iconv/],
    [
      'of damaged gzip data',
      gzipSync(good.repeat(1000)).subarray(0, 60),
      /RUNNER_INPUT_UNREADABLE .*ends in the middle of its gzip/,
    ],
    [
      'of damaged zstd data',
      zstdCompressSync(Buffer.from(good.repeat(1000))).subarray(0, 30),
      /RUNNER_INPUT_UNREADABLE/,
    ],
  ])('%s is a coded error with a place and a next step', async (_, content, message) => {
    await expect(loadOf(content)).rejects.toThrow(message);
  });

  test('is a coded error if there is no such file', async () => {
    await expect(loadOfTrace(join(folder, 'none'), { consumers: [] })).rejects.toThrow(
      /RUNNER_INPUT_UNREADABLE .*there is no such file/,
    );
  });

  test('is a coded error if it is further out of order than the window', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `${1767225600 + (i === 199_999 ? 0 : i)},k,1`);
    await expect(loadOf(`time,key,bytes\n${lines.join('\n')}\n`)).rejects.toThrow(
      /RUNNER_INPUT_ORDER line 200001 is .*Sort the trace/,
    );
  });

  test('skips malformed lines up to a limit, and notes how many', async () => {
    const content = `${good}x\n${good}y\n${good}`;
    const load = await loadOf(content, { badLines: badLineLimit('2') });
    expect(load.records).toBe(3);
    expect(load.notes.join('\n')).toContain(
      '2 malformed lines were skipped (40%); the first is line 2, which is not JSON.',
    );
    load.close();
    await expect(loadOf(content, { badLines: badLineLimit('1') })).rejects.toThrow('RUNNER_INPUT_MALFORMED');
    await expect(loadOf(content, { badLines: badLineLimit('30%') })).rejects.toThrow('RUNNER_INPUT_MALFORMED');
    (await loadOf(content, { badLines: badLineLimit('40%') })).close();
  });
});
