import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { aRecordingReader, payloadsOf, type RecordingOptions } from './a-recording.ts';

const recordings = aRecordingReader();
const NDJSON: RecordingOptions = { format: 'ndjson' };
const CSV: RecordingOptions = { format: 'csv' };
const LOG: RecordingOptions = { format: 'log' };
const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('the key of an NDJSON record', () => {
  test.each([
    ['1e400', '1e400'],
    ['12345678901234567890', '12345678901234567890'],
    ['1.0', '1.0'],
    ['-0', '-0'],
    ['true', 'true'],
    ['"\\u00e9"', 'é'],
    ['"a\\/b\\n"', 'a/b\n'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"a\\u0000b"', 'a\0b'],
    ['"x","k":"x"', 'x'],
  ])('reads {"k":%s} as the key %j', (json, key) => {
    const { keys, ...replay } = recordings.replay(`{"k":${json}}\n`, { ...NDJSON, keyField: 'k' });
    expect(keys).toEqual([key]);
    expect(payloadsOf(replay)).toEqual([`{"k":${json}}`]);
  });

  test.each([
    ['a.b.c', '{"a":{"b":{"c":"deep"}}}', 'deep'],
    ['a.b.c', '{"a":{"b":{"c":"deep"}},"a.b.c":"literal"}', 'literal'],
    ['a.b.c', '{ "a" : { "x":[{"b":"}"}], "b" : { "c" : 7 } } }', '7'],
    ['a', '{"\\u0061":"escaped name"}', 'escaped name'],
    ['é', '{"é":"name"}', 'name'],
  ])('reads field %s of %s as %s', (keyField, line, key) => {
    expect(recordings.replay(`${line}\n`, { ...NDJSON, keyField }).keys).toEqual([key]);
  });

  test.each([
    ['{"k":"x","k":"y"}', 'REPLAY_FIELD', "line 1 column 14 occurs twice with different values: field 'k'."],
    ['{"k":{"a":1}}', 'REPLAY_FIELD', "line 1 column 6 is an object: field 'k'."],
    ['{"k":[1]}', 'REPLAY_FIELD', "line 1 column 6 is a list: field 'k'."],
    ['{"k":"\\ud800"}', 'REPLAY_ENCODING', 'line 1 column 6 holds half of a surrogate pair'],
    ['{"k":null}', 'REPLAY_FIELD', "line 1 has no key in 'k'."],
    ['{"k":""}', 'REPLAY_FIELD', "line 1 has no key in 'k'."],
    ['{"x":{"k":1}}', 'REPLAY_FIELD', "line 1 has no key in 'k'."],
  ])('rejects the record %s', (line, code, what) => {
    const [problem] = recordings.problems(`${line}\n`, { ...NDJSON, keyField: 'k' });
    expect(problem).toContain(`${code} 'recording' ${what}`);
  });
});

describe('encodings', () => {
  test('keeps invalid UTF-8 in an NDJSON payload', () => {
    expect(payloadsOf(recordings.replay(latin1('{"x":"caf\xe9"}\n'), NDJSON))).toEqual(['{"x":"caf\xe9"}']);
  });

  test('rejects a Latin-1 key with its place, and reads it with encoding: latin1', () => {
    for (const [content, how, place] of [
      ['k;x\ncaf\xe9;1\n', CSV, 'line 2 column 1'],
      ['{"x":1,"k":"caf\xe9"}\n', NDJSON, 'line 1 column 12'],
    ] as const) {
      const options = { ...how, keyField: 'k' };
      expect(recordings.problems(latin1(content), options)[0]).toBe(
        `REPLAY_ENCODING 'recording' ${place} has a value that is not valid UTF-8: field 'k'. Set encoding: latin1 if the file is Latin-1.`,
      );
      const replay = recordings.replay(latin1(content), { ...options, encoding: 'latin1' });
      expect(replay.keys).toEqual(['café']);
      expect(payloadsOf(replay)[0]).toContain('caf\xe9');
    }
  });

  test('accepts a Latin-1 payload without an option when the key is ASCII', () => {
    const replay = recordings.replay(latin1('k,x\na,\xe9\xff\n'), { ...CSV, keyField: 'k' });
    expect(payloadsOf(replay)).toEqual(['a,\xe9\xff']);
  });

  test('skips the UTF-8 byte order mark before the first record', () => {
    expect(payloadsOf(recordings.replay('\uFEFF{"a":1}\n', NDJSON))).toEqual(['{"a":1}']);
    expect(payloadsOf(recordings.replay('\uFEFFhello\n', LOG))).toEqual(['hello']);
    expect(recordings.replay('\uFEFFk,x\na,1\n', { ...CSV, keyField: 'k' }).keys).toEqual(['a']);
  });

  test.each([
    ['with its mark', Buffer.from('\uFEFF{"a":1}\n', 'utf16le'), 'UTF-16LE'],
    ['big-endian with its mark', Buffer.from('\uFEFF{"a":1}\n', 'utf16le').swap16(), 'UTF-16BE'],
    ['without a mark', Buffer.from('{"a":1}\n{"a":2}\n', 'utf16le'), 'UTF-16LE'],
    ['big-endian without a mark', Buffer.from('{"a":1}\n{"a":2}\n', 'utf16le').swap16(), 'UTF-16BE'],
  ])('rejects UTF-16 %s with the command that converts it', (_, content, encoding) => {
    expect(recordings.problems(content, NDJSON)).toEqual([
      `REPLAY_ENCODING 'recording' is ${encoding} text. Convert it: iconv -f ${encoding} -t UTF-8 FILE > NEW-FILE.`,
    ]);
  });

  test('rejects lines that end with CR only', () => {
    expect(recordings.problems('a\rb\r', LOG)[0]).toContain("'recording' ends its lines with CR only.");
  });
});

describe('compressed recordings', () => {
  const content = '{"a":1}\n{"a":2}\n';
  const gzip = gzipSync(content);
  const zstd = zstdCompressSync(content);
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

  test.each([
    ['gzip', gzip, 2, 'gzip'],
    ['gzip of two members', Buffer.concat([gzip, gzip]), 4, 'gzip'],
    ['zstd', zstd, 2, 'zstd'],
    ['zstd of two frames', Buffer.concat([zstd, zstd]), 4, 'zstd'],
    ['zstd with a skippable frame', Buffer.concat([skippable, zstd, skippable, zstd]), 4, 'zstd'],
  ])('recognises %s by its first bytes and decompresses it', (_, bytes, count, compression) => {
    const replay = recordings.replay(bytes, NDJSON);
    expect([replay.count, replay.facts.compression]).toEqual([count, compression]);
    expect(payloadsOf(replay)[1]).toBe('{"a":2}');
  });

  test('has the checksum of its content, compressed or not', () => {
    expect(recordings.replay(gzip, NDJSON).sha256).toBe(recordings.replay(content, NDJSON).sha256);
  });

  const flipped = (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 6 ? byte ^ 1 : byte)));
  test.each([
    ['gzip without its end', gzip.subarray(0, -3), 'ends in the middle of its gzip data.'],
    [
      'gzip with a torn second member',
      Buffer.concat([gzip, gzip.subarray(0, 12)]),
      'ends in the middle of its gzip data.',
    ],
    ['zstd without its end', zstd.subarray(0, -3), 'ends in the middle of its zstd data.'],
    [
      'zstd with a torn second frame',
      Buffer.concat([zstd, zstd.subarray(0, 9)]),
      'ends in the middle of its zstd data.',
    ],
    ['damaged gzip', flipped(gzip), 'holds damaged gzip data: incorrect data check.'],
    ['gzip with something after it', Buffer.concat([gzip, Buffer.from('more')]), 'holds damaged gzip data'],
    [
      'zstd with something after it',
      Buffer.concat([zstd, Buffer.from('more')]),
      `byte ${zstd.length + 1} does not begin`,
    ],
    ['zip', Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(content)]), 'is a zip archive.'],
    ['xz', Buffer.from('\xfd7zXZ\0rest', 'latin1'), 'is an xz file.'],
    ['bzip2', Buffer.from('BZh91AY&SYrest', 'latin1'), 'is a bzip2 file.'],
  ])('rejects %s with the reason', (_, bytes, what) => {
    expect(recordings.problems(bytes, NDJSON)[0]).toContain(what);
    expect(recordings.problems(bytes, NDJSON)[0]).toMatch(/^REPLAY_ARCHIVE /);
  });

  test('rejects a small archive with more than 256 MiB in it', () => {
    const member = gzipSync(Buffer.alloc(32 * 2 ** 20, '\n'), { level: 1 });
    const bomb = Buffer.concat(Array.from({ length: 9 }, () => member));
    expect(recordings.problems(bomb, LOG)).toEqual([
      "REPLAY_TOO_BIG 'recording' holds more than 256 MiB once decompressed. Cut the recording into smaller files.",
    ]);
  });
});

describe('the separator of a CSV file', () => {
  test.each([
    [',', 'k,x\na,1\n'],
    [';', 'k;x\na;1,5\nb;2,5\n'],
    ['\t', 'k\tx\na\t1, 2\n'],
    ['|', 'k|x\na|1\n'],
    [',', 'k,"x;y"\na,"1;2"\n'],
    [';', '"k";"x"\n"a";"1,2"\n'],
    [';', 'k;x\n"a";"1\n2"\n'],
    [',', 'only\na\nb\n'],
    [';', 'sep=;\nk;x\na;1\n'],
  ])('%j is found in %j', (character, content) => {
    const { facts } = recordings.replay(content, CSV);
    expect(facts.separator).toEqual({ character, isDetected: true });
  });

  test('is the one with the wanted columns if several fit', () => {
    const content = 'k|x;y\na|1;2\n';
    expect(recordings.replay(content, { ...CSV, keyField: 'k' }).keys).toEqual(['a']);
    expect(recordings.replay(content, { ...CSV, keyField: 'y' }).keys).toEqual(['2']);
    expect(recordings.problems(content, CSV)).toEqual([
      "REPLAY_MALFORMED 'recording' line 1 has the same number of values in every row with semicolon or vertical bar as separator. Set separator, such as ';'.",
    ]);
  });

  test('can be set by an option', () => {
    const { keys, facts } = recordings.replay('k:x\na,b:1\n', { ...CSV, separator: ':', keyField: 'k' });
    expect([keys, facts.separator]).toEqual([['a,b'], { character: ':', isDetected: false }]);
  });
});

describe('CSV', () => {
  test('has payloads of the bytes of the rows, quotes and line breaks included', () => {
    const content = 'k,x\r\n"a ""b""","1\r\n2"\r\n"",\r\n\r\nc,"é"';
    const replay = recordings.replay(content, { ...CSV, keyField: 'k', missingKey: 'skip' });
    expect(replay.keys).toEqual(['a "b"', 'c']);
    expect(payloadsOf(replay)).toEqual(['"a ""b""","1\r\n2"', 'c,"\xc3\xa9"']);
    expect(replay.facts).toMatchObject({ skippedWithoutKey: 1, blankLines: 1 });
  });

  test('rejects columns of one name, with their numbers, only when one of them is wanted', () => {
    const content = 'id,x,id\na,1,b\n';
    expect(recordings.replay(content, { ...CSV, keyField: 'x' }).facts.duplicateColumns).toEqual(['id']);
    expect(recordings.problems(content, { ...CSV, keyField: 'id' })).toEqual([
      "REPLAY_FIELD 'recording' line 1 names 2 columns 'id' (columns 1 and 3). Name the column by its number, such as $1, or rename one of them.",
    ]);
    expect(recordings.replay(content, { ...CSV, keyField: '$3' }).keys).toEqual(['b']);
  });

  test('rejects a column that the header does not name once, with the existing columns', () => {
    expect(recordings.problems('a,b\n1,2\n3,4\n', { ...CSV, keyField: 'c' })).toEqual([
      "REPLAY_FIELD 'recording' line 1 names no column 'c'. Name one of its columns: a, b.",
    ]);
  });

  test.each([
    ['a,b\n1,5" pipe\n', 'line 2 column 4 has a quote inside a value without quotes.'],
    ['a,b\n"1"x,2\n', 'line 2 column 4 has text after a quoted value.'],
    ['a,b\n1,"2\n3\n', 'line 2 column 3 opens a quoted value that never ends.'],
  ])('rejects %j, and reads it with quotes: false', (content, what) => {
    expect(recordings.problems(content, { ...CSV, separator: ',' })[0]).toContain(what);
    const [row] = content.split('\n').slice(1);
    if (!content.includes('\n3')) {
      expect(payloadsOf(recordings.replay(content, { ...CSV, quotes: false }))).toEqual([row]);
    }
  });
});

test('records without a key reject the file, or are skipped and counted', () => {
  for (const [content, how] of [
    ['k,x\na,1\n,2\nb,3\n', CSV],
    ['{"k":"a"}\n{"x":1}\n{"k":"b"}\n', NDJSON],
  ] as const) {
    const options = { ...how, keyField: 'k' };
    expect(recordings.problems(content, options)[0]).toMatch(
      /^REPLAY_FIELD 'recording' line [23] has no key in 'k'\. Name a field that every record has, or set missingKey: skip /,
    );
    const { keys, count, facts } = recordings.replay(content, { ...options, missingKey: 'skip' });
    expect([keys, count, facts.skippedWithoutKey]).toEqual([['a', 'b'], 2, 1]);
  }
  expect(recordings.problems('{"x":1}\n', { ...NDJSON, keyField: 'k', missingKey: 'skip' })).toEqual([
    "REPLAY_EMPTY 'recording' has no key in any of its records, and all 1 were skipped. Name another field.",
  ]);
});

test('a word of a log line is a field by its number', () => {
  const content = 'Feb  6 12:14:14 host haproxy: 10.0.1.2:33317 x\n';
  expect(recordings.replay(content, { ...LOG, keyField: '$6' }).keys).toEqual(['10.0.1.2:33317']);
  expect(recordings.problems(content, { ...LOG, keyField: 'client' })[0]).toContain(
    "is not a field of log lines: field 'client'. Log lines have the fields address (the first word), time, or $N for word N.",
  );
});
