import type { Kinesis, Shard } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javaClient, startJava, trustStoreOf } from './java-client.ts';
import { keysOutOfOrder, putKeyed, sdkFor } from './keyed-load.ts';
import { startMoto } from './moto.ts';
import { clients } from './python-client.ts';
import { type Served, serve } from './served.ts';
import { serveTls } from './served-tls.ts';

const java = await javaClient('kcl');
const missing = [java, clients].flatMap((each) => (each.kind === 'missing' ? [each.reason] : []));

const STREAM = 'kcl';
const COUNT = 2000;
/** Two servers, plain and TLS, each read by two worker groups: all four at once take no longer than one. */
const GROUPS = ['plain-polling', 'plain-fan-out', 'tls-polling', 'tls-fan-out'] as const;
const MIDDLE = '85070591730234615865843651857942052864';

describe.skipIf(missing.length > 0)(
  `the Kinesis Client Library 3, over a split and a merge under load${missing.length > 0 ? ` (skipped: ${missing.join('; ')})` : ''}`,
  () => {
    const ends: (() => unknown)[] = [];
    let lines: readonly string[] = [];
    let stderr = '';
    let expected: readonly string[] = [];
    const shards: Record<string, readonly Shard[]> = {};

    beforeAll(async () => {
      if (java.kind !== 'ready') return;
      const moto = await startMoto();
      ends.push(() => moto.end());
      const options = ['--limits', 'none', '--delay', '100ms', '--stream', `${STREAM}:2`];
      const plain = await started(serve(options));
      const tls = await started(serveTls(options));
      const store = await trustStoreOf(tls.certificateFile, tls.folder);
      const groups = [
        `plain-polling=polling@${plain.url}`,
        `plain-fan-out=fan-out@${plain.url}`,
        `tls-polling=polling@${tls.url}`,
        `tls-fan-out=fan-out@${tls.url}`,
      ];
      const program = startJava(java, 'KclGroups', [moto.url, STREAM, String(COUNT), ...groups], store);
      ends.push(() => program.child.kill());
      await program.until((printed) =>
        GROUPS.every((group) => printed.some((line) => line.startsWith(`start ${group} `))),
      );
      const both = await Promise.all([load(plain), load(tls)]);
      expected = both[0].toSorted();
      const ended = await program.ended;
      stderr = ended.stderr;
      lines = program.lines;
    }, 400_000);

    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });

    async function started<S extends Served>(starting: Promise<S>): Promise<S> {
      const served = await starting;
      ends.push(() => served.end());
      return served;
    }

    async function load(served: Served): Promise<readonly string[]> {
      const kinesis = sdkFor(served.url);
      const split = (client: Kinesis) =>
        client.splitShard({ StreamName: STREAM, ShardToSplit: id(0), NewStartingHashKey: MIDDLE });
      const merge = (client: Kinesis) =>
        client.mergeShards({ StreamName: STREAM, ShardToMerge: id(3), AdjacentShardToMerge: id(1) });
      const steps = [
        { atRecord: 500, do: split },
        { atRecord: 1200, do: merge },
      ];
      const put = await putKeyed(kinesis, STREAM, { count: COUNT, pauseMs: 60, steps });
      shards[served.url.startsWith('https') ? 'tls' : 'plain'] = (await kinesis.listShards({ StreamName: STREAM }))
        .Shards!;
      kinesis.destroy();
      return put;
    }

    test.each(GROUPS)('%s gets every record once, and the records of a key in order', (group) => {
      const received = lines.flatMap((line) => {
        const [kind, name, , , ...data] = line.split(' ');
        return kind === 'record' && name === group ? [data.join(' ')] : [];
      });
      expect(received.toSorted(), stderr).toEqual(expected);
      expect(keysOutOfOrder(received)).toEqual([]);
    });

    test.each(GROUPS)('%s begins a shard when the parents of it have ended', (group) => {
      const at = (kind: string, shard: string) => lines.indexOf(`${kind} ${group} ${shard}`);
      const listed = shards[group.split('-')[0]!]!;
      expect(listed.map(({ ShardId }) => ShardId)).toEqual([id(0), id(1), id(2), id(3), id(4)]);
      for (const { ShardId = '', ParentShardId, AdjacentParentShardId } of listed) {
        expect(at('start', ShardId)).toBeGreaterThanOrEqual(0);
        for (const parent of [ParentShardId, AdjacentParentShardId]) {
          if (parent === undefined) continue;
          expect(at('end', parent)).toBeGreaterThanOrEqual(0);
          expect(at('start', ShardId)).toBeGreaterThan(at('end', parent));
        }
      }
    });
  },
);

const id = (index: number): string => `shardId-${String(index).padStart(12, '0')}`;
