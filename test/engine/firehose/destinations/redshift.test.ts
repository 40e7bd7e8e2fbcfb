import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { RedshiftDestination, type RedshiftParts } from '../../../../engine/firehose/destinations/redshift.ts';
import { copyStatement, targetOf } from '../../../../engine/firehose/destinations/redshift-copy.ts';
import { ARRIVED_AT_MS, batchOf, NEVER } from './batches.ts';
import { MemoryStore } from './memory-store.ts';
import { type Copy, LOGIN, type RedshiftFakeOptions, type SqlError, startRedshift } from './redshift-fake.ts';

const PASSWORD = 'pass"word\\1';
const ROLE = 'arn:aws:iam::123456789012:role/firehose';
const KEY = '2026/11/29/13/logs-1-2026-11-29-13-00-00-5a1f2b3c.gz';

async function start(fake: Partial<RedshiftFakeOptions> = {}, parts: Partial<RedshiftParts> = {}) {
  const store = new MemoryStore();
  const loaded: { copy: Copy; text: string }[] = [];
  const redshift = await startRedshift({
    password: PASSWORD,
    objectAt: (path) => store.objects.get(path),
    load: async (copy, objects) => {
      loaded.push({ copy, text: Buffer.concat(objects).toString() });
      return undefined;
    },
    ...fake,
  });
  onTestFinished(redshift.close);
  const clock = new VirtualClock(ARRIVED_AT_MS);
  const destination = new RedshiftDestination({
    login: { host: '127.0.0.1', port: redshift.port, isEncrypted: false, password: PASSWORD, ...LOGIN },
    copy: { table: 'events', columns: '', options: "GZIP JSON 'auto'", roleArn: ROLE },
    store,
    objectOf: async ({ records }) => ({
      bucket: 'staging',
      key: KEY,
      pieces: [gzipSync(Buffer.concat(records.map(({ data }) => data)))],
    }),
    clock,
    ...parts,
  });
  onTestFinished(() => destination.close());
  return { redshift, store, loaded, clock, destination };
}

const failing = (error: SqlError): Partial<RedshiftFakeOptions> => ({ intercept: () => error });

describe('a delivery to Redshift', () => {
  test('stores the object, then its manifest, and loads the manifest', async () => {
    const { redshift, store, loaded, destination } = await start();
    expect(await destination.deliver(batchOf(['{"a":1}\n', '{"a":2}\n']), NEVER)).toEqual({ kind: 'delivered' });
    expect(store.puts).toEqual([KEY, `manifests/${KEY}.manifest`]);
    expect(store.textAt(`staging/manifests/${KEY}.manifest`)).toBe(
      `{"entries":[{"url":"s3://staging/${KEY}","mandatory":true}]}`,
    );
    expect(redshift.statements).toEqual([
      `COPY events FROM 's3://staging/manifests/${KEY}.manifest' CREDENTIALS 'aws_iam_role=${ROLE}' MANIFEST GZIP JSON 'auto'`,
    ]);
    expect(loaded.map(({ text }) => text)).toEqual(['{"a":1}\n{"a":2}\n']);
  });

  test('names the columns if they are configured', async () => {
    const copy = { table: 'public.events', columns: 'a, b', options: "DELIMITER ',' GZIP", roleArn: ROLE };
    const { loaded, destination } = await start({}, { copy });
    expect(await destination.deliver(batchOf(['1,2\n']), NEVER)).toEqual({ kind: 'delivered' });
    expect(loaded[0]!.copy).toMatchObject({
      table: 'public.events',
      columns: 'a, b',
      format: { kind: 'text', delimiter: ',' },
    });
  });

  test('does not store the object again when only COPY failed', async () => {
    let tries = 0;
    const { store, loaded, destination } = await start({
      intercept: () => (++tries === 1 ? { code: '25006', message: 'resize' } : undefined),
    });
    const batch = batchOf(['{}']);
    expect(await destination.deliver(batch, NEVER)).toMatchObject({
      kind: 'retry',
      errorCode: 'Redshift.ReadOnlyCluster',
    });
    expect(await destination.deliver(batch, NEVER)).toEqual({ kind: 'delivered' });
    expect(store.puts.filter((key) => key === KEY).length).toBe(1);
    expect(loaded.length).toBe(1);
  });

  test('sends no COPY before the object and the manifest are stored', async () => {
    const { redshift, store, destination } = await start();
    for (const key of [KEY, `manifests/${KEY}.manifest`]) {
      store.fails = (each) => each === key;
      expect(await destination.deliver(batchOf(['{}']), NEVER)).toMatchObject({
        kind: 'retry',
        errorCode: 'S3.SlowDown',
      });
    }
    expect(redshift.statements).toEqual([]);
  });

  test('runs one COPY after the other', async () => {
    const { redshift, destination } = await start({
      load: async () => {
        await new Promise(setImmediate);
        return undefined;
      },
    });
    const batches = ['a', 'b', 'c'].map((id) => ({ ...batchOf(['{}']), id }));
    const outcomes = await Promise.all(batches.map((batch) => destination.deliver(batch, NEVER)));
    expect(outcomes).toEqual(Array(3).fill({ kind: 'delivered' }));
    expect(redshift.statements.length).toBe(3);
    expect(redshift.concurrentMax()).toBe(1);
  });

  test('keeps its object, and its manifest below errors/, when it is abandoned', async () => {
    const { store, destination } = await start(failing({ code: '42P01', message: 'relation "events" does not exist' }));
    const batch = batchOf(['{}']);
    expect(await destination.deliver(batch, NEVER)).toMatchObject({ errorCode: 'Redshift.TableNotFound' });
    store.fails = (key) => key.startsWith('errors/');
    expect(await destination.abandon(batch, NEVER)).toMatchObject({ kind: 'retry' });
    store.fails = () => false;
    expect(await destination.abandon(batch, NEVER)).toEqual({ kind: 'delivered' });
    expect(store.textAt(`staging/errors/manifests/${KEY}.manifest`)).toContain(`s3://staging/${KEY}`);
    expect(store.objects.has(`staging/${KEY}`)).toBe(true);
  });

  test('stores an object that never reached S3 when it is abandoned', async () => {
    const { store, destination } = await start();
    store.fails = () => true;
    await destination.deliver(batchOf(['{}']), NEVER);
    store.fails = () => false;
    expect(await destination.abandon(batchOf(['{}']), NEVER)).toEqual({ kind: 'delivered' });
    expect([...store.objects.keys()]).toEqual([`staging/${KEY}`, `staging/errors/manifests/${KEY}.manifest`]);
  });
});

describe('an error of Redshift', () => {
  test.each([
    ['TableNotFound', '42P01', 'relation "events" does not exist'],
    ['ColumnNotFound', '42703', 'column "b" of relation "events" does not exist'],
    ['SyntaxError', '42601', 'syntax error at or near "x"'],
    ['InsufficientPrivilege', '42501', 'permission denied for relation events'],
    ['DiskFull', '53100', 'Disk Full'],
    ['MissingColumn', '23502', 'null value in column "a"'],
    ['DataLoadFailed', 'XX000', "Load into table 'events' failed.  Check 'stl_load_errors' system table for details."],
    ['S3BucketAccessDenied', 'XX000', 'S3ServiceException:Access Denied,Status 403'],
    ['MissingS3File', 'XX000', 'Mandatory url is not present in manifest file.'],
    ['IncorrectOrMissingRegion', 'XX000', 'S3ServiceException:PermanentRedirect,Status 301'],
    ['IncorrectCopyOptions', '0A000', 'JSON is not allowed with DELIMITER'],
  ])('is Redshift.%s for SQLSTATE %s and %s', async (code, sqlState, message) => {
    const { destination } = await start(failing({ code: sqlState, message }));
    const outcome = await destination.deliver(batchOf(['{}']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: `Redshift.${code}` });
    expect(outcome).toMatchObject({ errorMessage: expect.stringContaining(message.replace(/ +/g, ' ').slice(0, 20)) });
  });

  test('is InternalError for anything else', async () => {
    const { destination } = await start(failing({ code: 'XX000', message: 'assert' }));
    expect(await destination.deliver(batchOf(['{}']), NEVER)).toMatchObject({ errorCode: 'InternalError' });
  });

  test('is Redshift.AuthenticationFailed for a wrong password, and does not repeat it', async () => {
    const { destination } = await start({ password: 'another' });
    const outcome = await destination.deliver(batchOf(['{}']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'Redshift.AuthenticationFailed' });
    expect(outcome).toMatchObject({ errorMessage: expect.stringContaining('failed for ***') });
  });

  test('is Redshift.DatabaseNotFound for an unknown database', async () => {
    const { redshift, store } = await start();
    const { destination } = await start(
      {},
      {
        store,
        login: {
          host: '127.0.0.1',
          port: redshift.port,
          isEncrypted: false,
          ...LOGIN,
          database: 'other',
          password: 'x',
        },
      },
    );
    expect(await destination.deliver(batchOf(['{}']), NEVER)).toMatchObject({ errorCode: 'Redshift.DatabaseNotFound' });
  });

  test.each<[text: string, intercept: (statement: string, socket: Socket) => 'nothing']>([
    [
      'ends the connection',
      (_, socket) => {
        socket.resetAndDestroy();
        return 'nothing';
      },
    ],
    [
      'sends more than a COPY explains',
      (_, socket) => {
        socket.write(Buffer.concat([Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(2 * 1024 * 1024)]));
        return 'nothing';
      },
    ],
  ])('is Redshift.ConnectionFailed if the server %s during COPY', async (_, intercept) => {
    const { destination } = await start({ intercept });
    const outcome = await destination.deliver(batchOf(['{}']), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode: 'Redshift.ConnectionFailed' });
  });

  test('is Redshift.ConnectionFailed if no server listens', async () => {
    const { redshift, destination } = await start();
    await redshift.close();
    const outcome = await destination.deliver(batchOf(['{}']), NEVER);
    expect(outcome).toMatchObject({
      errorCode: 'Redshift.ConnectionFailed',
      errorMessage: expect.stringContaining('(ECONNREFUSED)'),
    });
  });

  test('is Redshift.ConnectionFailed if COPY takes more than an hour on the clock of the engine', async () => {
    const { redshift, clock, destination } = await start({ intercept: () => 'nothing' });
    const delivering = destination.deliver(batchOf(['{}']), NEVER);
    await redshift.until(1);
    clock.advance(3_600_000);
    expect(await delivering).toMatchObject({ kind: 'retry', errorCode: 'Redshift.ConnectionFailed' });
  });

  test('ends the try at once when the delivery stream ends', async () => {
    const { redshift, destination } = await start({ intercept: () => 'nothing' });
    const abort = new AbortController();
    const delivering = destination.deliver(batchOf(['{}']), abort.signal);
    await redshift.until(1);
    abort.abort();
    expect(await delivering).toMatchObject({ kind: 'retry' });
  });
});

test('reads JDBC addresses, with TLS for all but this machine', () => {
  const cluster = 'examplecluster.abc123xyz789.us-west-2.redshift.amazonaws.com';
  expect(targetOf(`jdbc:redshift://${cluster}:5439/dev`)).toEqual({
    host: cluster,
    port: 5439,
    database: 'dev',
    isEncrypted: true,
  });
  expect(targetOf('jdbc:postgresql://127.0.0.1:15432/dev')).toMatchObject({ port: 15_432, isEncrypted: false });
  expect(targetOf('jdbc:redshift://[::1]:5439/dev')).toMatchObject({ host: '::1', isEncrypted: false });
  for (const url of [
    'redshift://a:1/b',
    'jdbc:redshift://a/b',
    'jdbc:redshift://a:99999/b',
    'jdbc:redshift://a:1/b?ssl=0',
  ])
    expect(targetOf(url)).toBeUndefined();
});

test('quotes the address of the manifest and the role in COPY', () => {
  const statement = copyStatement({ table: 't', columns: ' ', options: '', roleArn: "a'b" }, "s3://b/it's");
  expect(statement).toBe("COPY t FROM 's3://b/it''s' CREDENTIALS 'aws_iam_role=a''b' MANIFEST");
});
