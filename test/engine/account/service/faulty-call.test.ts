import { describe, expect, test } from 'vitest';
import { ConnectionDropped } from '../../../../engine/account/errors.ts';
import { AccountService } from '../../../../engine/account/service/account-service.ts';
import { controlCalls } from '../../../../engine/account/service/control-calls.ts';
import type { FaultRule } from '../../../../engine/twin/fault-rules.ts';
import { accountWith, get, iteratorFrom, START_MS, textsOf } from '../fixture.ts';

const SHARD_0 = 'shardId-000000000000';

function faulty(rules: readonly FaultRule[], shards = 1) {
  const world = accountWith(shards);
  world.account.faults.set(rules);
  const service = new AccountService(world.account);
  const put = async (key = 'k') =>
    service.call('PutRecord', { StreamName: 'orders', PartitionKey: key, Data: Buffer.from('x') });
  const stored = () => textsOf(get(world.account, iteratorFrom(world.account, SHARD_0))).length;
  return { ...world, service, put, stored };
}

/** Tracks the state of a promise. */
function watch(promise: Promise<unknown>) {
  const seen = { state: 'open' };
  promise.then(
    () => {
      seen.state = 'done';
    },
    () => {
      seen.state = 'failed';
    },
  );
  return seen;
}

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a fault rule', () => {
  test('rejects calls with its code, only for its operation and shard', async () => {
    const { account, put, service } = faulty(
      [{ kind: 'error', code: 'InternalFailure', operation: 'PutRecord', shard: SHARD_0 }],
      2,
    );
    const stream = account.stream({ StreamName: 'orders' });
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const first = keys.find((key) => stream.shardIdOfKey(key) === SHARD_0)!;
    const second = keys.find((key) => stream.shardIdOfKey(key) !== SHARD_0)!;
    await expect(put(first)).rejects.toMatchObject({ code: 'InternalFailure', status: 500 });
    await put(second);
    await service.call('ListStreams', {});
  });

  test('stores the record when it loses the response, so that a retry makes a duplicate', async () => {
    const { account, put, stored } = faulty([{ kind: 'lose-response', operation: 'PutRecord' }]);
    await expect(put()).rejects.toBeInstanceOf(ConnectionDropped);
    account.faults.clear();
    await put();
    expect(stored()).toBe(2);
  });

  test('leaves no subscription behind when it loses the response', async () => {
    const { account, service, stream } = faulty([{ kind: 'lose-response' }]);
    const arn = `${stream.arn}/consumer/fraud:1`;
    stream.state.consumers.push({
      name: 'fraud',
      arn,
      createdAtMs: START_MS,
      status: 'ACTIVE',
      tags: {},
      policy: undefined,
    });
    const sink = { event: () => true, fail: () => {}, end: () => {} };
    const input = { ConsumerARN: arn, ShardId: SHARD_0, StartingPosition: { Type: 'LATEST' } } as const;
    await expect(service.subscribe(input, sink)).rejects.toThrow(ConnectionDropped);
    account.faults.clear();
    // A subscription left behind would occupy the shard for five seconds.
    await service.subscribe(input, sink);
  });

  test('stores nothing when it drops the connection', async () => {
    const { account, put, stored } = faulty([{ kind: 'drop-connection', operation: 'PutRecord' }]);
    await expect(put()).rejects.toBeInstanceOf(ConnectionDropped);
    account.faults.clear();
    expect(stored()).toBe(0);
  });

  test('delays a call by its latency, even if rules change meanwhile', async () => {
    const { account, clock, put } = faulty([{ kind: 'latency', ms: 200 }]);
    const call = watch(put());
    clock.advance(199);
    await soon();
    account.faults.clear();
    await soon();
    expect(call.state).toBe('open');
    clock.advance(1);
    await soon();
    expect(call.state).toBe('done');
  });

  test('stalls calls until it ends or is deleted', async () => {
    const { account, clock, put } = faulty([{ kind: 'stall', untilMs: START_MS + 10_000 }]);
    const first = watch(put());
    clock.advance(9_999);
    await soon();
    expect(first.state).toBe('open');
    clock.advance(1);
    await soon();
    expect(first.state).toBe('done');
    account.faults.set([{ kind: 'stall', untilMs: START_MS + 60_000 }]);
    const second = watch(put());
    await soon();
    expect(second.state).toBe('open');
    account.faults.clear();
    await soon();
    expect(second.state).toBe('done');
  });

  test('throttles the records of a PutRecords one by one', async () => {
    const { service, stored } = faulty([{ kind: 'throttle', rate: 0.5 }]);
    const Records = Array.from({ length: 500 }, () => ({ PartitionKey: 'k', Data: Buffer.from('x') }));
    const output = await service.call('PutRecords', { StreamName: 'orders', Records });
    const { FailedRecordCount: failed } = output as { FailedRecordCount: number };
    expect(failed).toBeGreaterThan(150);
    expect(failed).toBeLessThan(350);
    expect(stored()).toBe(500 - failed);
  });
});

describe('control calls', () => {
  test('set, show and clear fault rules, and count what was injected', async () => {
    const { account, put } = faulty([]);
    const control = controlCalls(account);
    control.faults!([{ kind: 'error', code: 'InternalFailure', operation: 'PutRecord' }]);
    await expect(put()).rejects.toThrow('Internal service failure.');
    expect(control.faults!(undefined)).toMatchObject({ injected: { error: 1 }, rules: [{ injected: 1 }] });
    expect(() => control.faults!([{ kind: 'error', code: 'X', operation: 'PutRecrd' }])).toThrow('PutRecrd');
    control.faults!([]);
    await put();
  });

  test('advance the virtual clock, and report invalid input', () => {
    const { account, clock } = faulty([]);
    const control = controlCalls(account);
    expect(control.clock!({ advanceMs: 1500 })).toEqual({ nowMs: START_MS + 1500, virtual: true });
    expect(clock.nowMs()).toBe(START_MS + 1500);
    expect(() => control.clock!({ advanceMs: -1 })).toThrow('not a number of ms from 0');
    expect(() => control.clock!([])).toThrow('not a JSON object');
    expect(() => control.clock!({ advance: 5 })).toThrow('clock: advance is not known');
  });

  test.each([1e15, Number.POSITIVE_INFINITY])(
    'do not advance the clock by %d ms, which would never end',
    (advanceMs) => {
      const { account, clock } = faulty([]);
      clock.at(START_MS, function again() {
        clock.at(clock.nowMs() + 1e9, again);
        if (clock.nowMs() > START_MS + 1e12) throw new Error('it was turned');
      });
      expect(() => controlCalls(account).clock!({ advanceMs })).toThrow('ten years');
      expect(clock.nowMs()).toBe(START_MS);
    },
  );

  test('reject invalid rules as an error of the caller, with all problems', () => {
    const { account } = faulty([]);
    expect(() => controlCalls(account).faults!([{ kind: 'eror' }, { kind: 'error', rate: 5 }])).toThrow(
      expect.objectContaining({
        code: 'InvalidArgumentException',
        status: 400,
        message: expect.stringMatching(
          /^faults: FAULT_RULES_INVALID the list of fault rules has 3 problems:\n.*\[0\]\.kind.*\n.*\[1\]\.rate.*\n.*\[1\]\.code/,
        ),
      }),
    );
  });
});
