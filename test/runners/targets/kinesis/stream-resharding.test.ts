import type { Kinesis } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FaultRule } from '../../../../engine/twin/fault-rules.ts';
import { openClient } from '../../../../runners/aws/client.ts';
import { StreamResharding } from '../../../../runners/targets/kinesis/stream-resharding.ts';
import { startOwn } from './peers.ts';

let own: Awaited<ReturnType<typeof startOwn>>;
let client: Kinesis;
let resharding: StreamResharding;

beforeEach(async () => {
  own = await startOwn({ limits: 'none', streams: { orders: 2 } });
  client = await openClient(
    { endpoint: own.endpoint, protocol: 'http2', timeoutNs: 5e9 },
    { sockets: 1, for: 'calls' },
  );
  resharding = new StreamResharding(client, 'orders');
});
afterEach(async () => {
  client.destroy();
  await own.close();
});

const injected = () => own.engine.account.faults.counts;

/** The rules go when they have hit so often. */
function faultsUntil(rule: FaultRule, hits: number): void {
  const { faults } = own.engine.account;
  faults.set([rule]);
  const look = setInterval(() => {
    if (faults.rules[0]!.injected < hits) return;
    clearInterval(look);
    faults.clear();
  }, 1);
}

const failing = (operation: string, code: string) => ({ kind: 'error', operation, code }) as const;

test.each([
  failing('SplitShard', 'InternalFailureException'),
  failing('SplitShard', 'LimitExceededException'),
  failing('ListShards', 'LimitExceededException'),
  failing('DescribeStreamSummary', 'InternalFailureException'),
])('a split succeeds although $operation fails with $code for a while', async (rule) => {
  faultsUntil(rule, 2);
  expect(await resharding.reshard({ kind: 'split', shard: 0 })).toEqual({ closed: [0], opened: [2, 3] });
  expect(injected().error).toBeGreaterThanOrEqual(2);
});

test('a split whose responses are lost is carried out once', async () => {
  own.engine.account.faults.set([{ kind: 'lose-response', operation: 'SplitShard' }]);
  expect(await resharding.reshard({ kind: 'split', shard: 0 })).toEqual({ closed: [0], opened: [2, 3] });
  expect(injected()['lose-response']).toBe(1);
});

test('open shards are listed although the call fails for a while', async () => {
  faultsUntil(failing('ListShards', 'InternalFailureException'), 2);
  expect(await resharding.openShards()).toEqual([0, 1]);
});

test('a change that the service rejects, or that is impossible, fails at once', async () => {
  own.engine.account.faults.set([failing('MergeShards', 'InvalidArgumentException')]);
  await expect(resharding.reshard({ kind: 'merge', shards: [0, 1] })).rejects.toThrow('injected');
  expect(injected().error).toBe(1);
  await expect(resharding.reshard({ kind: 'split', shard: 7 })).rejects.toThrow('shard 7 is not open');
  expect(await resharding.reshard({ kind: 'shard-count', count: 2 })).toEqual({ closed: [], opened: [] });
});
