import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { converted, duck, hyparquetRows } from './duck.ts';

const COLUMNS = {
  id: 'bigint',
  amount: 'bigint',
  at: 'timestamp',
  count: 'int',
  price: 'double',
  ok: 'boolean',
  user: 'string',
  path: 'string',
  country: 'string',
  note: 'string',
};

const START_MS = Date.UTC(2026, 6, 13, 12);
/** A click with ten values, some of which are null. */
const click = (i: number) => ({
  id: i,
  amount: (i * 7919) % 100_003,
  at: START_MS + i * 137,
  count: i % 1000,
  price: i / 7,
  ok: i % 3 === 0,
  user: `user-${i % 997}`,
  path: `/products/${i % 50}/details?ref=${i}`,
  country: i % 10 === 0 ? null : ['DE', 'IN', 'US'][i % 3],
  ...(i % 4 === 0 ? {} : { note: 'ü'.repeat(i % 20) }),
});

describe('a Parquet file made of JSON records', () => {
  test.each(['SNAPPY', 'GZIP', 'UNCOMPRESSED'] as const)(
    'has the sums of the records for DuckDB and for hyparquet, over several row groups, with %s pages',
    async (codec) => {
      const clicks = Array.from({ length: 50_000 }, (_, i) => click(i));
      const { pieces, failures } = converted(clicks, COLUMNS, { parquet: { codec } });
      expect(failures).toEqual([]);
      const sum = (value: (each: ReturnType<typeof click>) => number) =>
        clicks.reduce((total, each) => total + value(each), 0);
      const expected = {
        rows: String(clicks.length),
        ids: String(sum(({ id }) => id)),
        amounts: String(sum(({ amount }) => amount)),
        counts: String(sum(({ count }) => count)),
        ok: String(sum(({ ok }) => Number(ok))),
        users: '997',
        countries: String(sum(({ country }) => Number(country !== null))),
        notes: String(sum(({ note }) => Number(note !== undefined))),
        length: String(sum(({ path, note = '' }) => path.length + note.length)),
        first: '2026-07-13 12:00:00',
      };
      const [found] = await duck(
        [pieces],
        `SELECT count(*) AS rows, sum(id) AS ids, sum(amount) AS amounts, sum(count) AS counts, count(*) FILTER (ok) AS ok,
           count(DISTINCT "user") AS users, count(country) AS countries, count(note) AS notes,
           sum(length(path) + coalesce(length(note), 0)) AS length, min("at") AS first FROM $FILES`,
      );
      expect(found).toEqual(expected);
      const [prices] = (await duck([pieces], 'SELECT sum(price) AS price FROM $FILES')) as readonly {
        readonly price: number;
      }[];
      expect(prices!.price).toBeCloseTo(
        sum(({ price }) => price),
        3,
      );
      if (codec === 'GZIP') return;
      const rows = await hyparquetRows(pieces);
      expect(rows).toHaveLength(clicks.length);
      expect(rows[20_001]).toEqual({
        ...click(20_001),
        id: 20_001n,
        amount: BigInt(click(20_001).amount),
        at: new Date(click(20_001).at),
        note: click(20_001).note ?? null,
      });
    },
  );

  test('keeps whole numbers beyond 2^53 exactly', async () => {
    const records = ['9223372036854775807', '-9223372036854775808', '9007199254740993', '1'].map(
      (n) => `{"id":${n},"text":${n}}`,
    );
    const { pieces, failures } = converted(records, { id: 'bigint', text: 'string' });
    expect(failures).toEqual([]);
    expect(await duck([pieces], 'SELECT id::VARCHAR AS id, text FROM $FILES')).toEqual(
      ['9223372036854775807', '-9223372036854775808', '9007199254740993', '1'].map((n) => ({ id: n, text: n })),
    );
    expect(converted(['{"id":9223372036854775808}'], { id: 'bigint' }).failures).toHaveLength(1);
  });

  test('has columns of nulls, and no rows from records that failed', async () => {
    const records = [{ a: 1 }, { a: 'x' }, {}, { a: null, b: 'y' }, 'no json', '[{"a":1}]', '"text"', ''];
    const { pieces, failures } = converted(records, { a: 'int', b: 'string', c: 'double' });
    expect(failures.map(({ recordIndex, errorCode }) => `${recordIndex} ${errorCode}`)).toEqual([
      '1 DataFormatConversion.MalformedData',
      '4 DataFormatConversion.ParseError',
      '5 DataFormatConversion.ParseError',
      '6 DataFormatConversion.ParseError',
      '7 DataFormatConversion.ParseError',
    ]);
    expect(failures[0]!.errorMessage).toBe('The value of column a does not fit the type int: "x".');
    expect(await duck([pieces], 'SELECT * FROM $FILES')).toEqual([
      { a: 1, b: null, c: null },
      { a: null, b: null, c: null },
      { a: null, b: 'y', c: null },
    ]);
  });

  test('is not there if all records failed', () => {
    expect(converted(['x', 'y'], { a: 'int' }).pieces).toEqual([]);
  });

  test('has a row for each object of a record, and none if one of them does not fit', async () => {
    const { pieces, failures } = converted(['{"a":1}{"a":2}\n{"a":3}', '{"a":4}{"a":"x"}', '{"a":5}{'], { a: 'int' });
    expect(failures.map(({ recordIndex }) => recordIndex)).toEqual([1, 2]);
    expect(await duck([pieces], 'SELECT a FROM $FILES')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  test('holds nested types as Hive names them', async () => {
    const columns = {
      tags: 'array<string>',
      pairs: 'map<string,int>',
      who: 'struct<name:string,ages:array<int>>',
      deep: 'array<struct<a:int,b:map<int,double>>>',
    };
    const records = [
      {
        tags: ['a', null, 'b'],
        pairs: { x: 1, y: null },
        who: { Name: 'n', ages: [1, 2] },
        deep: [{ a: 1, b: { 7: 0.5 } }, null],
      },
      { tags: [], pairs: {}, who: {}, deep: [] },
      { tags: null },
    ];
    const { pieces, failures } = converted(records, columns);
    expect(failures).toEqual([]);
    const rows = await duck([pieces], 'SELECT tags, pairs::JSON AS pairs, who, deep[1].a AS deep FROM $FILES');
    expect(rows[0]).toMatchObject({ tags: ['a', null, 'b'], who: { name: 'n', ages: [1, 2] }, deep: 1 });
    expect(rows[1]).toMatchObject({ tags: [], who: { name: null, ages: null }, deep: null });
    expect(rows[2]).toMatchObject({ tags: null, who: null, deep: null });
    expect(converted([{ tags: ['a', {}] }], { tags: 'array<int>' }).failures).toHaveLength(1);
  });

  test('has the types of the table', async () => {
    const columns = {
      t: 'tinyint',
      s: 'smallint',
      f: 'float',
      d: 'date',
      m: 'decimal(12,3)',
      b: 'binary',
      c: 'char(2)',
      v: 'varchar(3)',
    };
    const { pieces } = converted(
      [{ t: 1, s: 2, f: 0.5, d: '2026-02-28', m: 12.3456, b: 'é', c: 'abc', v: 'äöüß' }],
      columns,
    );
    expect(
      await duck([pieces], 'SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM $FILES)'),
    ).toEqual([
      { name: 't', type: 'TINYINT' },
      { name: 's', type: 'SMALLINT' },
      { name: 'f', type: 'FLOAT' },
      { name: 'd', type: 'DATE' },
      { name: 'm', type: 'DECIMAL(12,3)' },
      { name: 'b', type: 'BLOB' },
      { name: 'c', type: 'VARCHAR' },
      { name: 'v', type: 'VARCHAR' },
    ]);
    expect(
      await duck([pieces], 'SELECT t, s, f, d::VARCHAR AS d, m::VARCHAR AS m, length(c) AS c, v FROM $FILES'),
    ).toEqual([{ t: 1, s: 2, f: 0.5, d: '2026-02-28', m: '12.346', c: '2', v: 'äöü' }]);
  });

  test('brings back what was put, whatever the values are', async () => {
    const row = fc.record(
      {
        n: fc.option(fc.maxSafeInteger()),
        d: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
        b: fc.option(fc.boolean()),
        s: fc.option(fc.string({ unit: 'grapheme' })),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 50 }), async (rows) => {
        const { pieces, failures } = converted(rows, { n: 'bigint', d: 'double', b: 'boolean', s: 'string' });
        expect(failures).toEqual([]);
        const found = await hyparquetRows(pieces);
        expect(found.map((each) => ({ ...each, n: each.n === null ? null : Number(each.n) }))).toEqual(
          // JSON has no -0 apart from 0 in the sum of equality.
          rows.map(({ n = null, d = null, b = null, s = null }) => ({
            n: n === null ? null : n + 0,
            d: d === null ? null : d + 0,
            b,
            s,
          })),
        );
      }),
    );
  });
});
