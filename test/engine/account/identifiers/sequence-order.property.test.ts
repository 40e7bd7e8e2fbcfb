import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PutRecordsOutput } from '@aws-sdk/client-kinesis';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '../../../../engine/account/clock.ts';
import { decomposeSequence, secondOf } from '../../../../engine/account/identifiers/sequence-layout.ts';
import { readFrom } from '../../../../engine/account/records/read-shard.ts';
import type { Accounts } from '../../../../engine/account/service/accounts.ts';
import { openAccounts } from '../../../../engine/account/service/open-accounts.ts';
import { callOperation } from '../../../../engine/account/service/operations.ts';
import { START_MS } from '../fixture.ts';

/** One action on a stream; numbers choose among the shards that exist. */
type Step =
  | { readonly kind: 'put'; readonly keys: readonly number[] }
  | { readonly kind: 'split' | 'merge'; readonly shard: number }
  | { readonly kind: 'move'; readonly ms: number }
  | { readonly kind: 'encrypt'; readonly isOn: boolean }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('put' as const), keys: fc.array(fc.nat(20), { minLength: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('split' as const, 'merge' as const), shard: fc.nat(9) }) },
  // Clocks of machines go back, too.
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('move' as const), ms: fc.integer({ min: -5000, max: 5000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('encrypt' as const), isOn: fc.boolean() }) },
  fc.record({ kind: fc.constant('restart' as const) }),
);

interface PutOne {
  readonly key: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly encryption: string | undefined;
}

/** A stream in a data folder, and everything that was put into it. */
class Scenario {
  readonly puts: PutOne[] = [];
  nowMs = START_MS;
  readonly folder = mkdtempSync(join(tmpdir(), 'streamgauge-order-'));
  readonly #clock: Clock = { nowMs: () => this.nowMs, at: () => () => {} };
  #open: Accounts | undefined;

  async start(): Promise<void> {
    const delaysMs = { creating: 0, updating: 0, deleting: 0, registering: 0 };
    const options = {
      clock: this.#clock,
      dataDir: this.folder,
      limits: 'none' as const,
      memoryBytes: 2 ** 24,
      delaysMs,
    };
    this.#open = await openAccounts(options);
  }

  get account() {
    return this.#open!.home;
  }

  get stream() {
    return this.account.findStream('orders')!;
  }

  async do(one: Step): Promise<void> {
    switch (one.kind) {
      case 'put':
        return this.#put(one.keys);
      case 'split':
        return this.#split(one.shard);
      case 'merge':
        return this.#merge(one.shard);
      case 'move':
        this.nowMs += one.ms;
        return;
      case 'encrypt':
        await callOperation(this.account, one.isOn ? 'StartStreamEncryption' : 'StopStreamEncryption', {
          StreamName: 'orders',
          EncryptionType: 'KMS',
          KeyId: 'alias/aws/kinesis',
        });
        return;
      case 'restart':
        await this.end();
        await this.start();
    }
  }

  async end(): Promise<void> {
    await this.#open?.close();
  }

  async #put(keys: readonly number[]): Promise<void> {
    const Records = keys.map((key) => ({ PartitionKey: String(key), Data: Buffer.from('x') }));
    const output = (await callOperation(this.account, 'PutRecords', {
      StreamName: 'orders',
      Records,
    })) as PutRecordsOutput;
    for (const [i, { SequenceNumber, ShardId }] of output.Records!.entries()) {
      const key = String(keys[i]);
      this.puts.push({ key, shardId: ShardId!, sequenceNumber: SequenceNumber!, encryption: output.EncryptionType });
    }
  }

  #split(choice: number): void {
    const { openShards } = this.stream;
    const shard = openShards[choice % openShards.length]!;
    const [low, high] = [BigInt(shard.state.startingHashKey), BigInt(shard.state.endingHashKey)];
    if (high - low > 2n) this.stream.split(shard, (low + high) / 2n);
  }

  #merge(choice: number): void {
    const { openShards } = this.stream;
    if (openShards.length < 2) return;
    const at = choice % (openShards.length - 1);
    this.stream.merge(openShards[at]!, openShards[at + 1]!);
  }
}

test('numbers are unique and rise with each key over splits, merges, restarts and clocks that go back, and reading gives them and the encryption of the put', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const scenario = new Scenario();
      try {
        await scenario.start();
        await callOperation(scenario.account, 'CreateStream', { StreamName: 'orders', ShardCount: 2 });
        for (const one of steps) await scenario.do(one);
        check(scenario);
      } finally {
        await scenario.end();
        rmSync(scenario.folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 15 },
  );
});

function check({ puts, stream }: Scenario): void {
  const all = puts.map(({ sequenceNumber }) => sequenceNumber);
  expect(new Set(all).size).toBe(all.length);
  for (const key of new Set(puts.map((one) => one.key))) {
    const ofKey = puts.filter((one) => one.key === key).map(({ sequenceNumber }) => sequenceNumber);
    expect(ofKey).toEqual(ofKey.toSorted());
  }
  for (const shard of stream.shards) {
    const { records } = readFrom(shard, 0, 10_000, 2 ** 24);
    const expected = puts.filter(({ shardId }) => shardId === shard.id);
    expect(records.map(({ SequenceNumber, EncryptionType }) => [SequenceNumber, EncryptionType])).toEqual(
      expected.map(({ sequenceNumber, encryption }) => [sequenceNumber, encryption]),
    );
    for (const { SequenceNumber = '', ApproximateArrivalTimestamp } of records) {
      expect(decomposeSequence(SequenceNumber)?.putSecond).toBe(secondOf(ApproximateArrivalTimestamp!.getTime()));
      expect(SequenceNumber > shard.startingSequenceNumber).toBe(true);
      if (shard.endingSequenceNumber !== undefined) expect(SequenceNumber < shard.endingSequenceNumber).toBe(true);
    }
    for (const child of stream.childrenOf(shard)) {
      expect(child.startingSequenceNumber > shard.sequenceNumbers.ending).toBe(true);
    }
  }
}
