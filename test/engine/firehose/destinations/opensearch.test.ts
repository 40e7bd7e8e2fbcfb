import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { OpenSearchDestination, type OpenSearchOptions } from '../../../../engine/firehose/destinations/opensearch.ts';
import { ARRIVED_AT_MS, batchOf, NEVER, recordOf } from './batches.ts';
import { indexAll, type RespondToBulk, sendItems, startBulk } from './bulk-fake.ts';
import { sendJson } from './test-server.ts';

async function start(respond: RespondToBulk = indexAll, options: Partial<OpenSearchOptions> = {}) {
  const cluster = await startBulk(respond);
  onTestFinished(cluster.close);
  const clock = new VirtualClock(ARRIVED_AT_MS);
  const destination = new OpenSearchDestination(
    {
      clusterEndpoint: cluster.url,
      indexName: 'logs',
      rotation: 'OneDay',
      typeName: '',
      documentIds: 'FIREHOSE_DEFAULT',
      ...options,
    },
    clock,
  );
  onTestFinished(() => destination.close());
  return { cluster, clock, destination };
}

describe('a bulk request', () => {
  test('has an action with index and id for each record, in their order', async () => {
    const { cluster, destination } = await start();
    const source = { shardId: 'shardId-0', partitionKey: 'k', sequenceNumber: '4957', subSequenceNumber: 2 };
    const nextDay = { arrivedAtMs: ARRIVED_AT_MS + 86_400_000 };
    const records = [recordOf('{"a":1}', 0), recordOf('{"a":2}', 1, { source }), recordOf('{"a":3}', 2, nextDay)];
    expect(await destination.deliver(batchOf(records), NEVER)).toEqual({ kind: 'delivered' });
    expect(cluster.violations).toEqual([]);
    expect(cluster.bulks).toEqual([
      [
        { action: { _index: 'logs-2026-11-29', _id: 'record-0.0' }, source: '{"a":1}' },
        { action: { _index: 'logs-2026-11-29', _id: '4957.2' }, source: '{"a":2}' },
        { action: { _index: 'logs-2026-11-30', _id: 'record-2.0' }, source: '{"a":3}' },
      ],
    ]);
  });

  test('has no ids with NO_DOCUMENT_ID, and a type only if one is configured', async () => {
    const options = { documentIds: 'NO_DOCUMENT_ID', rotation: 'NoRotation', typeName: 'event' } as const;
    const { cluster, destination } = await start(indexAll, options);
    await destination.deliver(batchOf(['{}']), NEVER);
    expect(cluster.bulks[0]![0]!.action).toEqual({ _index: 'logs', _type: 'event' });
  });

  test('goes below the path of the endpoint, signed in with its user and password', async () => {
    const cluster = await start(indexAll);
    const clusterEndpoint = cluster.cluster.url.replace('://', '://us%40er:pa%3Ass@').concat('/');
    const { destination } = await start(indexAll, { clusterEndpoint });
    expect(await destination.deliver(batchOf(['{}']), NEVER)).toEqual({ kind: 'delivered' });
    const { authorization = '' } = cluster.cluster.received[0]!.headers;
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe('us@er:pa:ss');
  });

  test('has records without the white space around them, and rejects those of several lines', async () => {
    const { cluster, destination } = await start();
    const injection = '{}\n{"delete":{"_index":"logs","_id":"1"}}';
    const batch = batchOf(['{"a":1}\r\n', '', '{\n"a": 2\n}\n', injection, ' {"a":3}']);
    const outcome = await destination.deliver(batch, NEVER);
    expect(cluster.violations).toEqual([]);
    expect(cluster.bulks[0]!.map(({ source }) => source)).toEqual(['{"a":1}', '{"a":3}']);
    if (outcome.kind !== 'rejected') throw new Error(outcome.kind);
    expect(outcome.rejected.map(({ record, errorCode }) => [record.recordId, errorCode])).toEqual([
      ['record-1', '400'],
      ['record-2', '400'],
      ['record-3', '400'],
    ]);
    expect(outcome).toMatchObject({ remaining: [] });
    expect(outcome).not.toHaveProperty('remainingError');
  });

  test('is not sent if no record is a line', async () => {
    const { cluster, destination } = await start();
    expect(await destination.deliver(batchOf(['\n']), NEVER)).toMatchObject({ kind: 'rejected', remaining: [] });
    expect(cluster.received).toEqual([]);
  });
});

describe('items of a bulk response', () => {
  const error = { type: 'mapper_parsing_exception', reason: 'failed to parse' };

  test('are rejected with status 400 and 409, and remain with status 429 and from 500 on', async () => {
    const statuses = [201, 400, 200, 409, 429, 503, 500, 404];
    const { destination } = await start((_, response) =>
      sendItems(
        response,
        statuses.map((status) => ({ status, ...(status < 300 ? {} : { error }) })),
      ),
    );
    const batch = batchOf(statuses.map(() => '{}'));
    const outcome = await destination.deliver(batch, NEVER);
    const errorMessage = JSON.stringify(error);
    expect(outcome).toEqual({
      kind: 'rejected',
      rejected: [1, 3, 7].map((index) => ({
        record: batch.records[index],
        errorCode: String(statuses[index]),
        errorMessage,
      })),
      remaining: [4, 5, 6].map((index) => batch.records[index]),
      remainingError: { errorCode: '429', errorMessage },
    });
  });

  test('remain for another try without any rejected one', async () => {
    const { destination } = await start((lines, response) =>
      sendItems(
        response,
        lines.map((_, index) => ({ status: index === 1 ? 429 : 201 })),
      ),
    );
    const batch = batchOf(['{}', '{}']);
    expect(await destination.deliver(batch, NEVER)).toEqual({
      kind: 'retry',
      errorCode: '429',
      errorMessage: '',
      remaining: [batch.records[1]],
    });
  });
});

describe('a whole bulk response', () => {
  test.each<[text: string, errorCode: string, respond: RespondToBulk]>([
    ['has status 400', '400', (_, response) => sendJson(response, 400, { error: 'no' })],
    ['has status 401', '401', (_, response) => sendJson(response, 401, { error: 'no' })],
    ['has status 413', '413', (_, response) => sendJson(response, 413, { error: 'no' })],
    ['has status 429', '429', (_, response) => sendJson(response, 429, { error: 'no' })],
    ['has status 503', '503', (_, response) => sendJson(response, 503, { error: 'no' })],
    ['redirects', '307', (_, response) => void response.writeHead(307, { Location: '/elsewhere' }).end()],
    ['is no JSON', 'OS.InvalidResponse', (_, response) => void response.end('<html>')],
    ['has too few items', 'OS.InvalidResponse', (_, response) => sendItems(response, [{ status: 201 }])],
    ['has too many items', 'OS.InvalidResponse', (_, response) => sendItems(response, Array(3).fill({ status: 201 }))],
    ['has items of another kind', 'OS.InvalidResponse', (_, response) => sendJson(response, 200, { items: [1, null] })],
    [
      'is larger than its documents explain',
      'OS.ResponseTooLarge',
      (_, response) => void response.end(Buffer.alloc(80_000)),
    ],
    ['ends early', 'OS.ConnectionReset', (_, __, { socket }) => socket.resetAndDestroy()],
  ])('makes all documents remain if it %s', async (_, errorCode, respond) => {
    const { cluster, destination } = await start(respond);
    const batch = batchOf(['{}', '{}']);
    const outcome = await destination.deliver(batch, NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', errorCode, remaining: batch.records });
    expect(cluster.received.length).toBe(1);
  });

  test('makes all documents but the malformed records remain', async () => {
    const { destination } = await start((_, response) => sendJson(response, 503, { error: 'no' }));
    const batch = batchOf(['{}', '', '{}']);
    expect(await destination.deliver(batch, NEVER)).toMatchObject({
      kind: 'rejected',
      rejected: [{ record: batch.records[1] }],
      remaining: [batch.records[0], batch.records[2]],
      remainingError: { errorCode: '503' },
    });
  });

  test('times out after 3 minutes on the clock of the engine', async () => {
    const { cluster, clock, destination } = await start(() => {});
    const delivering = destination.deliver(batchOf(['{}']), NEVER);
    await cluster.until(1);
    clock.advance(3 * 60_000);
    expect(await delivering).toMatchObject({ kind: 'retry', errorCode: 'OS.RequestTimeout' });
  });

  test('brings no password into an error message', async () => {
    const target = await start((_, response, { headers }) =>
      sendJson(response, 403, { sent: headers.authorization, password: 'pa:ss' }),
    );
    const clusterEndpoint = target.cluster.url.replace('://', '://user:pa%3Ass@');
    const { destination } = await start(indexAll, { clusterEndpoint });
    const outcome = await destination.deliver(batchOf(['{}']), NEVER);
    expect(outcome).toMatchObject({ errorMessage: '{"sent":"Basic ***","password":"***"}' });
  });
});

test('names the intended document of a failed record', async () => {
  const { destination } = await start();
  expect(destination.documentOf(recordOf('{}', 7))).toEqual({ id: 'record-7.0', indexName: 'logs-2026-11-29' });
});
