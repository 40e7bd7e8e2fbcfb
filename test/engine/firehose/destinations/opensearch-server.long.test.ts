import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REAL_CLOCK } from '../../../../engine/account/clock.ts';
import { OpenSearchDestination, type OpenSearchOptions } from '../../../../engine/firehose/destinations/opensearch.ts';
import { openSearchServer, startOpenSearch } from '../../../clients/opensearch-server.ts';
import { batchOf, NEVER, recordOf } from './batches.ts';

const server = await openSearchServer();

describe.skipIf(server.kind === 'missing')(
  `OpenSearch 3.8${server.kind === 'missing' ? ` (skipped: ${server.reason})` : ''}`,
  () => {
    let node: Awaited<ReturnType<typeof startOpenSearch>>;
    let open: OpenSearchDestination[] = [];

    beforeAll(async () => {
      if (server.kind === 'ready') node = await startOpenSearch({ folder: server.folder, java: server.java! });
    });
    afterAll(async () => {
      for (const destination of open) await destination.close();
      open = [];
      await node?.end();
    });

    const destinationTo = (indexName: string, options: Partial<OpenSearchOptions> = {}) => {
      const destination = new OpenSearchDestination(
        {
          clusterEndpoint: node.url,
          indexName,
          rotation: 'NoRotation',
          typeName: '',
          documentIds: 'FIREHOSE_DEFAULT',
          ...options,
        },
        REAL_CLOCK,
      );
      open.push(destination);
      return destination;
    };

    interface Hits {
      readonly hits: { readonly hits: readonly { readonly _id: string; readonly _source: unknown }[] };
    }
    const documentsIn = async (index: string): Promise<Hits['hits']['hits']> => {
      await fetch(`${node.url}/${index}/_refresh`, { method: 'POST' });
      const found: Hits = JSON.parse(await (await fetch(`${node.url}/${index}/_search?size=10000`)).text());
      return found.hits.hits.toSorted((a, b) => (a._id < b._id ? -1 : 1));
    };

    test('has each record as a document under its id, also after a second try', async () => {
      const destination = destinationTo('retried');
      const batch = batchOf(['{"a":1}\n', ' {"a":2}', '{"a":"3"}']);
      for (let tries = 0; tries < 2; tries++)
        expect(await destination.deliver(batch, NEVER)).toEqual({ kind: 'delivered' });
      expect((await documentsIn('retried')).map(({ _id, _source }) => [_id, _source])).toEqual([
        ['record-0.0', { a: 1 }],
        ['record-1.0', { a: 2 }],
        ['record-2.0', { a: '3' }],
      ]);
    });

    test('gives ids of its own with NO_DOCUMENT_ID, so that a second try repeats documents', async () => {
      const destination = destinationTo('unnamed', { documentIds: 'NO_DOCUMENT_ID' });
      const batch = batchOf(['{"a":1}']);
      for (let tries = 0; tries < 2; tries++)
        expect(await destination.deliver(batch, NEVER)).toEqual({ kind: 'delivered' });
      expect((await documentsIn('unnamed')).length).toBe(2);
    });

    test('rejects documents that do not fit and those that are no JSON, and takes the others', async () => {
      const destination = destinationTo('mixed');
      await destination.deliver(batchOf([recordOf('{"a":1}', 100)]), NEVER);
      const texts = [
        '{"a":1}',
        '{"a":"text"}',
        'text',
        '{"a":1}{"a":2}',
        '[1]',
        '{"a":4}',
        new Uint8Array([0x7b, 0xff, 0x7d]),
      ];
      const batch = batchOf(texts.map((text, index) => recordOf(text, index)));
      const outcome = await destination.deliver(batch, NEVER);
      if (outcome.kind !== 'rejected') throw new Error(outcome.kind);
      expect(outcome.remaining).toEqual([]);
      expect(outcome.rejected.map(({ record, errorCode }) => [record.recordId, errorCode])).toEqual(
        [1, 2, 3, 4, 6].map((index) => [`record-${index}`, '400']),
      );
      expect(outcome.rejected[0]!.errorMessage).toContain('mapper_parsing_exception');
      expect((await documentsIn('mixed')).map(({ _id }) => _id)).toEqual(['record-0.0', 'record-100.0', 'record-5.0']);
    });

    test('deletes nothing for a record that contains an action', async () => {
      const destination = destinationTo('guarded');
      await destination.deliver(batchOf(['{"a":1}']), NEVER);
      const injection = '{"a":2}\n{"delete":{"_index":"guarded","_id":"record-0.0"}}';
      const outcome = await destination.deliver(batchOf([recordOf(injection, 1)]), NEVER);
      expect(outcome).toMatchObject({ kind: 'rejected' });
      expect((await documentsIn('guarded')).map(({ _id }) => _id)).toEqual(['record-0.0']);
    });

    test('makes an index for each hour, and rejects all documents of an index with a wrong name', async () => {
      const hourly = destinationTo('hourly', { rotation: 'OneHour' });
      const records = [0, 1].map((hours) => recordOf('{}', hours, { arrivedAtMs: Date.UTC(2026, 10, 29, 23 + hours) }));
      expect(await hourly.deliver(batchOf(records), NEVER)).toEqual({ kind: 'delivered' });
      for (const index of ['hourly-2026-11-29-23', 'hourly-2026-11-30-00'])
        expect((await documentsIn(index)).length).toBe(1);
      expect(await destinationTo('Upper').deliver(batchOf(['{}']), NEVER)).toMatchObject({
        kind: 'rejected',
        rejected: [{ errorCode: '400', errorMessage: expect.stringContaining('invalid_index_name_exception') }],
      });
    });

    test('rejects a bulk request with types as a whole', async () => {
      const outcome = await destinationTo('typed', { typeName: 'event' }).deliver(batchOf(['{}']), NEVER);
      expect(outcome).toMatchObject({
        kind: 'retry',
        errorCode: '400',
        errorMessage: expect.stringContaining('_type'),
      });
    });

    test('takes 2,000 records of one buffer', async () => {
      const texts = Array.from({ length: 2000 }, (_, number) => `{"number":${number},"text":"${'x'.repeat(400)}"}`);
      expect(await destinationTo('many').deliver(batchOf(texts), NEVER)).toEqual({ kind: 'delivered' });
      expect((await documentsIn('many')).length).toBe(2000);
    });
  },
);
