import { describe, expect, test } from 'vitest';
import { readDeserializer } from '../../../../../engine/firehose/processing/conversion/deserializer.ts';
import { readHiveType } from '../../../../../engine/firehose/processing/conversion/hive-type.ts';
import { readTable } from '../../../../../engine/firehose/processing/conversion/table.ts';
import { readTimestampFormat } from '../../../../../engine/firehose/processing/conversion/timestamp-format.ts';
import { openXTimestamp, sqlTimestamp } from '../../../../../engine/firehose/processing/conversion/timestamps.ts';
import { converted, HIVE, hyparquetRows } from './duck.ts';

/** Rows of the records that fit, and how many did not. */
async function rowsOf(...parameters: Parameters<typeof converted>) {
  const { pieces, failures } = converted(...parameters);
  return { rows: pieces.length === 0 ? [] : await hyparquetRows(pieces), failed: failures.length };
}

describe('keys of JSON', () => {
  test('are lower-cased by OpenX, unless it is case-sensitive', async () => {
    const records = [{ UserName: 'a', userid: 1 }];
    const columns = { username: 'string', userid: 'int' };
    expect((await rowsOf(records, columns)).rows).toEqual([{ username: 'a', userid: 1 }]);
    const input = { kind: 'openx', options: { CaseInsensitive: false } } as const;
    expect((await rowsOf(records, columns, { input })).rows).toEqual([{ username: null, userid: 1 }]);
    expect((await rowsOf(records, columns, { input: HIVE })).rows).toEqual([{ username: 'a', userid: 1 }]);
  });

  test('have underscores for dots if OpenX has the option', async () => {
    const columns = { a_b: 'int' };
    expect((await rowsOf([{ 'a.b': 1 }], columns)).rows).toEqual([{ a_b: null }]);
    const input = { kind: 'openx', options: { ConvertDotsInJsonKeysToUnderscores: true } } as const;
    expect((await rowsOf([{ 'a.b': 1 }], columns, { input })).rows).toEqual([{ a_b: 1 }]);
  });

  test('are those that are mapped to columns', async () => {
    const input = { kind: 'openx', options: { ColumnToJsonKeyMappings: { ts: 'timestamp' } } } as const;
    expect((await rowsOf([{ timestamp: 1, ts: 2 }], { ts: 'int' }, { input })).rows).toEqual([{ ts: 1 }]);
  });
});

describe('values', () => {
  test('become numbers and texts from other types with OpenX, and fail with Hive', async () => {
    const columns = { n: 'int', s: 'string', b: 'boolean', l: 'bigint', d: 'double' };
    const texts = { n: '12', s: { x: [1, 2.5] }, b: 'TRUE', l: '9007199254740993', d: '1.5e3' };
    expect(await rowsOf([texts], columns)).toEqual({
      rows: [{ n: 12, s: '{"x":[1,2.5]}', b: true, l: 9_007_199_254_740_993n, d: 1500 }],
      failed: 0,
    });
    const alone = Object.entries(texts).map(([key, value]) => ({ [key]: value }));
    expect(await rowsOf(alone, columns, { input: HIVE })).toEqual({ rows: [], failed: 5 });
    expect((await rowsOf([{ s: 12.5 }, { s: true }], { s: 'string' }, { input: HIVE })).rows).toEqual([
      { s: '12.5' },
      { s: 'true' },
    ]);
    expect((await rowsOf(['{"s":[90071992547409931,1]}'], { s: 'string' })).rows).toEqual([
      { s: '[90071992547409931,1]' },
    ]);
  });

  test.each([
    ['tinyint', [127, -128], [128, -129, 1.5, true, {}]],
    ['smallint', [32_767, -32_768], [32_768, -32_769]],
    ['int', [2_147_483_647, -2_147_483_648, '+5'], [2_147_483_648, '1.0', '', ' 1']],
    ['bigint', [0, '-9223372036854775808'], ['9223372036854775808', 1.5, 1e300, 'x']],
    ['double', [1.5, '-.5', 1], ['', 'NaN', '1,5', [], false]],
    ['boolean', [true, 'False'], [0, 'yes', 'nullx']],
    ['date', ['2026-02-28', '2026-2-3'], ['2026-13-01', '28.02.2026', 20260228]],
    ['decimal(5,2)', [999.99, '-0.005', 12], [1000, '1e3', '999.995', 'x']],
    ['array<int>', [[1, null], []], [{}, [1, 'x'], 'a']],
    ['map<int,string>', [{ 1: 'a' }], [[], { a: 'b' }]],
    ['struct<a:int>', [{ a: 1 }, { b: 1 }], [[], { a: 'x' }]],
  ])('fit the type %s as %j, and do not fit it as %j', async (type, fit, unfit) => {
    expect(
      converted(
        fit.map((a) => ({ a })),
        { a: type },
      ).failures,
    ).toEqual([]);
    expect(
      converted(
        unfit.map((a) => ({ a })),
        { a: type },
      ).failures,
    ).toHaveLength(unfit.length);
  });
});

const micros = (time: string, more = 0) => Date.parse(time) * 1000 + more;

describe('a timestamp', () => {
  test.each([
    ['2017-02-07T15:13:01.39256Z', micros('2017-02-07T15:13:01.392Z', 560)],
    ['2017-02-07T15:13:01Z', micros('2017-02-07T15:13:01Z')],
    ['2017-02-07 15:13:01.14', micros('2017-02-07T15:13:01.140Z')],
    ['2017-2-7 15:13:01', micros('2017-02-07T15:13:01Z')],
    ['2017-02-07 15:13:01.123456789', micros('2017-02-07T15:13:01.123Z', 456)],
    [1_518_033_528, 1_518_033_528_000_000],
    [1_518_033_528_123, 1_518_033_528_123_000],
    [1_518_033_528.123, 1_518_033_528_123_000],
    ['1518033528', 1_518_033_528_000_000],
    ['1518033528123', 1_518_033_528_123_000],
    ['1518033528.123', 1_518_033_528_123_000],
    [0, 0],
    [-1, -1_000_000],
    ['2017-02-07', undefined],
    ['2017-13-07 15:13:01', undefined],
    ['2017-02-07 25:13:01', undefined],
    ['2017-02-07 15:13', undefined],
    ['yesterday', undefined],
    ['', undefined],
    [true, undefined],
    [{}, undefined],
    [1e30, undefined],
  ])('is read by OpenX from %j as %j', (value, expected) => {
    expect(openXTimestamp(value)).toBe(expected);
  });

  test.each([
    ['2017-02-07 15:13:01.14', micros('2017-02-07T15:13:01.140Z')],
    ['2017-02-07T15:13:01Z', undefined],
    [1_518_033_528_123, undefined],
  ])('is read by Hive without formats from %j as %j', (value, expected) => {
    expect(sqlTimestamp(value)).toBe(expected);
  });

  test.each([
    ["yyyy-MM-dd'T'HH:mm:ss", '2026-07-13T14:05:09', micros('2026-07-13T14:05:09Z')],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", '2026-07-13T14:05:09.123+0530', micros('2026-07-13T08:35:09.123Z')],
    ['dd/MMM/yyyy:HH:mm:ss Z', '17/May/2015:10:05:03 +0000', micros('2015-05-17T10:05:03Z')],
    ['MM/dd/yy hh:mm a', '07/13/26 12:05 AM', micros('2026-07-13T00:05:00Z')],
    ['MM/dd/yy hh:mm a', '07/13/26 01:05 pm', micros('2026-07-13T13:05:00Z')],
    ['yyyy', '2026', micros('2026-01-01T00:00:00Z')],
    ['yyyy-MM-dd', '2026-02-30', undefined],
    ['yyyy-MM-dd', '2026-02-28 ', undefined],
    ['millis', 1_518_033_528_123, 1_518_033_528_123_000],
    ['millis', '1518033528123', 1_518_033_528_123_000],
    ['millis', 1.5, undefined],
  ])('is read by Hive with the format %s from %j as %j', (format, value, expected) => {
    const read = readTimestampFormat(format);
    expect(read.kind === 'format' && read.timestampOf(value)).toBe(expected);
  });

  test('may have one of several formats with Hive', async () => {
    const input = { kind: 'hive', options: { TimestampFormats: ['millis', 'yyyy-MM-dd'] } } as const;
    const { rows, failed } = await rowsOf(
      [{ t: 5 }, { t: '2026-07-13' }, { t: '13.07.2026' }],
      { t: 'timestamp' },
      { input },
    );
    expect(rows).toEqual([{ t: new Date(5) }, { t: new Date('2026-07-13') }]);
    expect(failed).toBe(1);
  });

  test.each([
    ['yyyy-MM-dd G', 'The letter G is none of y Y M d H h m s S a Z.'],
    ["yyyy'", 'A quote has no end.'],
    ['HH:mm', 'A format needs a year.'],
  ])('cannot have the format %j', (format, problem) => {
    const read = readDeserializer({ kind: 'hive', options: { TimestampFormats: [format] } });
    expect(read).toEqual({
      kind: 'problem',
      problem: `Invalid deserializer option(s): TimestampFormats has "${format}". ${problem}`,
    });
  });
});

describe('a table', () => {
  test.each([
    ['Array<Struct<Name:String, prices: map<int,decimal(10, 2)>>>', { kind: 'array' }],
    ['decimal', { kind: 'decimal', precision: 10, scale: 0 }],
    ['varchar(20)', { kind: 'varchar', lengthMax: 20 }],
    ['INTEGER', { kind: 'int' }],
  ])('has columns of the type %s', (text, type) => {
    expect(readHiveType(text)).toMatchObject(type);
  });

  test.each([
    '',
    'text',
    'array',
    'array<>',
    'array<int',
    'map<int>',
    'struct<>',
    'struct<a>',
    'decimal(39,1)',
    'decimal(3,4)',
    'varchar',
    'int int',
  ])('has no columns of the type %j', (text) => {
    expect(readHiveType(text)).toBeUndefined();
  });

  test('is a list of columns, or what Glue returns', () => {
    const columns = [{ Name: 'A', Type: 'int' }];
    const table = { kind: 'table', columns: [{ name: 'a', type: { kind: 'int' } }] };
    expect(readTable(columns)).toEqual(table);
    expect(readTable({ Table: { StorageDescriptor: { Columns: columns } } })).toEqual(table);
    expect(readTable([])).toEqual({ kind: 'problem', problem: 'The table has no columns.' });
    expect(readTable([...columns, { Name: 'a', Type: 'int' }]).kind).toBe('problem');
    expect(readTable([{ Name: 'a', Type: 'text' }])).toEqual({
      kind: 'problem',
      problem: 'The type of column a is no type of Hive: text.',
    });
  });
});
