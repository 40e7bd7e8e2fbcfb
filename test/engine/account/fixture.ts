import type { PutRecordInput, PutRecordOutput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import { afterEach } from 'vitest';
import { Account } from '../../../engine/account/account.ts';
import { VirtualClock } from '../../../engine/account/clock.ts';
import { getRecords, getShardIterator } from '../../../engine/account/data/get-records.ts';
import type { AccountOptions } from '../../../engine/account/options.ts';
import { callOperation } from '../../../engine/account/service/operations.ts';
import { type KinesisStream, newStreamState } from '../../../engine/account/stream/stream.ts';

export const START_MS = Date.UTC(2026, 0, 1);
export const KIB = 1024;
export const MIB = 1024 * 1024;

const opened: Account[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((account) => account.close()));
});

/** An account on a virtual clock with one stream that is ACTIVE. */
export function accountWith(shards: number, options: Partial<AccountOptions> = {}) {
  const clock = new VirtualClock(START_MS);
  const account = new Account({ clock, limits: 'none', memoryBytes: 16 * MIB, ...options });
  opened.push(account);
  return { account, clock, stream: addStream(account, 'orders', shards) };
}

export function addStream(account: Account, name: string, shards: number): KinesisStream {
  const state = newStreamState(name, shards, account.clock.nowMs());
  state.status = 'ACTIVE';
  return account.addStream(state);
}

export async function put(account: Account, key: string, data: string | Uint8Array, explicitHashKey?: string) {
  const input: PutRecordInput = {
    StreamName: 'orders',
    PartitionKey: key,
    Data: Buffer.from(data),
    ExplicitHashKey: explicitHashKey,
  };
  return (await callOperation(account, 'PutRecord', input)) as PutRecordOutput;
}

export async function putAll(account: Account, records: readonly (readonly [key: string, data: string])[]) {
  const output = await callOperation(account, 'PutRecords', {
    StreamName: 'orders',
    Records: records.map(([PartitionKey, data]) => ({ PartitionKey, Data: Buffer.from(data) })),
  });
  return output as PutRecordsOutput;
}

export const iteratorFrom = (account: Account, shardId: string, from: object = { ShardIteratorType: 'TRIM_HORIZON' }) =>
  getShardIterator(account, {
    StreamName: 'orders',
    ShardId: shardId,
    ShardIteratorType: undefined,
    ...from,
  }).ShardIterator!;

export const get = (account: Account, iterator: string, limit?: number) =>
  getRecords(account, { ShardIterator: iterator, Limit: limit });

export const textsOf = (output: {
  readonly Records?: readonly { readonly Data?: Uint8Array | undefined }[] | undefined;
}) => (output.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());

/** The shard a key goes to is left to chance; this one names the first shard's range. */
export const FIRST = '0';
