import { gzipSync } from 'node:zlib';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { REAL_CLOCK } from '../../../../engine/account/clock.ts';
import type { DeliveryBatch } from '../../../../engine/firehose/delivery/destination.ts';
import { RedshiftDestination } from '../../../../engine/firehose/destinations/redshift.ts';
import { type CopyOptions, copyStatement } from '../../../../engine/firehose/destinations/redshift-copy.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../../clients/postgres-server.ts';
import { batchOf, NEVER } from './batches.ts';
import { loadIntoPostgres, query } from './load-into-postgres.ts';
import { MemoryStore } from './memory-store.ts';
import { LOGIN, type RedshiftFake, startRedshift } from './redshift-fake.ts';

const programs = postgresPrograms();
const PASSWORD = 'secret-password';
const COPY: CopyOptions = {
  table: 'events',
  columns: '',
  options: "GZIP JSON 'auto'",
  roleArn: 'arn:aws:iam::123456789012:role/firehose',
};

describe.skipIf(programs.kind === 'missing')(
  `PostgreSQL behind Redshift's COPY${programs.kind === 'missing' ? ` (skipped: ${programs.reason})` : ''}`,
  () => {
    let postgres: PostgresServer;
    let redshift: RedshiftFake;
    let store: MemoryStore;
    let open: RedshiftDestination[] = [];

    beforeAll(async () => {
      if (programs.kind === 'ready') postgres = await startPostgres(programs);
    });
    afterAll(async () => postgres?.end());
    beforeEach(async () => {
      store = new MemoryStore();
      redshift = await startRedshift({
        password: PASSWORD,
        objectAt: (path) => store.objects.get(path),
        load: (copy, objects) => loadIntoPostgres(postgres.port, copy, objects),
      });
      await query(postgres.port, 'CREATE TABLE events (id bigint NOT NULL, name text, price double precision)');
    });
    afterEach(async () => {
      for (const destination of open) await destination.close();
      open = [];
      await redshift.close();
      await query(postgres.port, 'DROP TABLE IF EXISTS events');
    });

    const login = () => ({ host: '127.0.0.1', port: redshift.port, isEncrypted: false, password: PASSWORD, ...LOGIN });
    const destinationWith = (copy: Partial<CopyOptions> = {}, isCompressed = true) => {
      const destination = new RedshiftDestination({
        login: login(),
        copy: { ...COPY, ...copy },
        store,
        objectOf: async ({ id, records }) => {
          const bytes = Buffer.concat(records.map(({ data }) => data));
          return { bucket: 'staging', key: `2026/${id}`, pieces: [isCompressed ? gzipSync(bytes) : bytes] };
        },
        clock: REAL_CLOCK,
      });
      open.push(destination);
      return destination;
    };
    const batch = (id: string, texts: readonly string[]): DeliveryBatch => ({ ...batchOf(texts), id });
    const rows = () => query(postgres.port, 'SELECT id, name, price FROM events ORDER BY id');

    test('has the records of compressed JSON in its columns', async () => {
      const destination = destinationWith();
      const texts = Array.from(
        { length: 1000 },
        (_, id) => `${JSON.stringify({ id, name: `n'${id}ü`, price: id / 4 })}\n`,
      );
      expect(await destination.deliver(batch('a', texts.slice(0, 600)), NEVER)).toEqual({ kind: 'delivered' });
      expect(await destination.deliver(batch('b', texts.slice(600)), NEVER)).toEqual({ kind: 'delivered' });
      const [sums] = await query(
        postgres.port,
        'SELECT count(*)::int AS count, sum(id)::int AS ids, sum(price) AS prices FROM events',
      );
      expect(sums).toEqual({ count: 1000, ids: 499_500, prices: 124_875 });
      expect((await rows())[999]).toEqual({ id: '999', name: "n'999ü", price: 249.75 });
    });

    test('has delimited text in the columns of the list', async () => {
      const destination = destinationWith({ columns: 'price, id', options: "DELIMITER ';'" }, false);
      expect(await destination.deliver(batch('a', ['1.5;7\n', '2;8\n']), NEVER)).toEqual({ kind: 'delivered' });
      expect(await rows()).toEqual([
        { id: '7', name: null, price: 1.5 },
        { id: '8', name: null, price: 2 },
      ]);
    });

    test.each([
      ['TableNotFound', { table: 'missing' }, ['{"id":1}\n']],
      ['ColumnNotFound', { columns: 'id, colour' }, ['{"id":1}\n']],
      ['SyntaxError', { options: 'GZIP JSONN' }, ['{"id":1}\n']],
      ['DataLoadFailed', {}, ['{"id":1}\n', '{"id":"text"}\n']],
      ['MissingColumn', {}, ['{"name":"no id"}\n']],
    ] as const)('has no record of a batch that fails with Redshift.%s', async (code, copy, texts) => {
      const outcome = await destinationWith(copy).deliver(batch('a', texts), NEVER);
      expect(outcome).toMatchObject({ kind: 'retry', errorCode: `Redshift.${code}` });
      expect(await rows()).toEqual([]);
    });

    test('has no record of delimited text that does not fit', async () => {
      const destination = destinationWith({ columns: 'id', options: '' }, false);
      expect(await destination.deliver(batch('a', ['1\n', 'x\n']), NEVER)).toMatchObject({
        errorCode: 'Redshift.DataLoadFailed',
      });
      expect(await rows()).toEqual([]);
    });

    test('can load a batch by hand from its manifest below errors/', async () => {
      const destination = destinationWith({ table: 'later' });
      await destination.deliver(batch('a', ['{"id":1}\n']), NEVER);
      expect(await destination.abandon(batch('a', ['{"id":1}\n']), NEVER)).toEqual({ kind: 'delivered' });
      const client = new Client(login());
      await client.connect();
      await client.query(copyStatement(COPY, 's3://staging/errors/manifests/2026/a.manifest'));
      await client.end();
      expect(await rows()).toEqual([{ id: '1', name: null, price: null }]);
    });
  },
);
