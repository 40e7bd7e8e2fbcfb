import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { deliverBatch } from '../../../../engine/firehose/delivery/deliver-batch.ts';
import type { DeliveryRecord } from '../../../../engine/firehose/delivery/delivery-record.ts';
import type { DeliveryBatch, DeliveryOutcome } from '../../../../engine/firehose/delivery/destination.ts';
import { retryWaitMs } from '../../../../engine/firehose/delivery/retry-wait.ts';
import { eventually } from '../set-up.ts';

const recordOf = (text: string): DeliveryRecord => {
  const data = Buffer.from(text);
  return { recordId: text, data, original: data, arrivedAtMs: 0 };
};
const [A, B] = [recordOf('a'), recordOf('b')] as const;
const BATCH = { id: 'id', records: [A, B], oldestArrivedAtMs: 0, version: 1 };
const AGAIN: DeliveryOutcome = { kind: 'retry', errorCode: 'Test.Down', errorMessage: 'It is down.' };

/** Delivers a batch to a destination that responds with these outcomes, and advances the clock until that ends. */
async function delivered(outcomes: readonly DeliveryOutcome[], retryMs: number) {
  const clock = new VirtualClock(0);
  const tries: { readonly atMs: number; readonly ids: readonly string[] }[] = [];
  const destination = {
    deliver: async ({ records }: DeliveryBatch) => {
      tries.push({ atMs: clock.nowMs(), ids: records.map(({ recordId }) => recordId) });
      return outcomes[tries.length - 1] ?? outcomes.at(-1)!;
    },
    close: async () => {},
  };
  const { signal } = new AbortController();
  let isDone = false;
  const result = deliverBatch(BATCH, destination, { clock, retryMs, random: () => 0.5 }, signal);
  result.then(() => {
    isDone = true;
  });
  await eventually(() => {
    clock.advance(500);
    return isDone || undefined;
  });
  return { ...(await result), tries };
}

describe('a batch', () => {
  test('is delivered once if the first try succeeds', async () => {
    expect(await delivered([{ kind: 'delivered' }], 0)).toMatchObject({ failed: [], tries: [{ ids: ['a', 'b'] }] });
  });

  test('is tried again with only the records that remain', async () => {
    const { failed, tries } = await delivered([{ ...AGAIN, remaining: [B] }, { kind: 'delivered' }], 60_000);
    expect(failed).toEqual([]);
    expect(tries.map(({ ids }) => ids)).toEqual([['a', 'b'], ['b']]);
  });

  test('fails with the last reason once its retry duration has passed', async () => {
    const { failed, tries } = await delivered([AGAIN], 10_000);
    // Waits of 1, 2 and 4 s fit into 10 s. The next one would be 8 s.
    expect(tries).toHaveLength(4);
    expect(failed).toMatchObject([
      { record: A, errorCode: 'Test.Down', attemptsMade: 4 },
      { record: B, errorCode: 'Test.Down', attemptsMade: 4 },
    ]);
  });

  test('fails only the records that the destination rejects', async () => {
    const rejected = [{ record: A, errorCode: 'Test.Bad', errorMessage: 'It is bad.' }];
    const outcomes: DeliveryOutcome[] = [{ kind: 'rejected', rejected, remaining: [B] }, { kind: 'delivered' }];
    const { failed, tries } = await delivered(outcomes, 60_000);
    expect(failed).toMatchObject([{ record: A, errorCode: 'Test.Bad', attemptsMade: 1 }]);
    expect(tries.map(({ ids }) => ids)).toEqual([['a', 'b'], ['b']]);
  });

  test('counts records that the destination discards', async () => {
    const discarded: DeliveryOutcome = { kind: 'discarded', errorCode: 'Test.TooLarge', errorMessage: 'Too large.' };
    expect(await delivered([discarded], 60_000)).toMatchObject({ failed: [], discardedRecords: 2 });
  });
});

test('waits between tries double up to two minutes', () => {
  expect([1, 2, 3, 7, 8, 20].map((attempt) => retryWaitMs(attempt, () => 0.5))).toEqual([
    1000, 2000, 4000, 64_000, 120_000, 120_000,
  ]);
  expect(retryWaitMs(1, () => 0)).toBeCloseTo(850);
});
