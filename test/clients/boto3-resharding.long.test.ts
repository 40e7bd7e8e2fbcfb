import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clients, runScript, whySkipped } from './python-client.ts';
import { type Served, serve } from './served.ts';

interface ListedShard {
  readonly ShardId: string;
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string };
}

interface ReshardingReport {
  readonly isWhole: boolean;
  readonly keysOutOfOrder: readonly string[];
  readonly counts: readonly number[];
  readonly whileUpdating: string;
  readonly afterSplit: readonly ListedShard[];
  readonly afterMerge: readonly ListedShard[];
  readonly parents: Readonly<Record<string, readonly string[]>>;
  readonly ends: Readonly<Record<string, { readonly isClosed: boolean; readonly children: readonly Child[] }>>;
  readonly scaled: unknown;
  readonly filters: unknown;
  readonly open: readonly string[];
}

interface Child {
  readonly ShardId: string;
  readonly ParentShards: readonly string[];
}

const id = (index: number): string => `shardId-${String(index).padStart(12, '0')}`;
const ids = (...indices: readonly number[]): string[] => indices.map(id);

describe.skipIf(clients.kind === 'missing')(`resharding with boto3${whySkipped}`, () => {
  let server: Served;
  let report: ReshardingReport;

  beforeAll(async () => {
    server = await serve(['--limits', 'none', '--delay', '100ms']);
    report = await runScript('resharding.py', server.url);
  });
  afterAll(() => server?.end());

  test('every record is read once, parents before children, and each key in the order of its puts', () => {
    expect(report.counts).toEqual([140, 140]);
    expect(report.isWhole).toBe(true);
    expect(report.keysOutOfOrder).toEqual([]);
  });

  test('a split closes one shard and opens two, while the stream accepts records', () => {
    expect(report.whileUpdating).toBe('UPDATING');
    expect(report.afterSplit.map(({ ShardId }) => ShardId)).toEqual(ids(0, 1, 2, 3));
    expect(report.afterSplit.filter(isClosed).map(({ ShardId }) => ShardId)).toEqual(ids(0));
    for (const { SequenceNumberRange } of report.afterSplit.filter(isClosed)) {
      const { StartingSequenceNumber: start, EndingSequenceNumber: end = '0' } = SequenceNumberRange;
      expect(BigInt(end)).toBeGreaterThan(BigInt(start));
    }
  });

  test('a merge closes two shards and opens one, with both as parents', () => {
    expect(report.afterMerge.filter(isClosed).map(({ ShardId }) => ShardId)).toEqual(ids(0, 1, 3));
    expect(report.parents[id(4)]).toEqual(ids(3, 1));
  });

  test('UpdateShardCount reaches the new count of shards', () => {
    expect(report.scaled).toMatchObject({ CurrentShardCount: 2, TargetShardCount: 4, StreamName: 'resharding' });
    expect(report.open).toHaveLength(4);
  });

  test('the end of a closed shard names the same children as ListShards', () => {
    for (const [shard, { isClosed: atEnd, children }] of Object.entries(report.ends)) {
      const listed = Object.entries(report.parents).filter(([, parents]) => parents.includes(shard));
      expect(children.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual(listed);
      expect(atEnd).toBe(!report.open.includes(shard));
    }
  });

  test('a filter of ListShards selects the shards of its point in time', () => {
    const all = Object.keys(report.parents);
    expect(report.filters).toEqual({
      atTrimHorizon: ids(0, 1),
      fromTrimHorizon: all,
      atLatest: report.open,
      afterShardId: all.slice(4),
      atTimestamp: ids(1, 2, 3),
      fromTimestamp: all.slice(1),
    });
  });
});

const isClosed = ({ SequenceNumberRange }: ListedShard): boolean =>
  SequenceNumberRange.EndingSequenceNumber !== undefined;
