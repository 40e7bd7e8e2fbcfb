import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../../engine/account/clock.ts';
import { deliverBatch, type RetryPolicy } from '../../../../engine/firehose/delivery/deliver-batch.ts';
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
async function delivered(
  outcomes: readonly DeliveryOutcome[],
  retryMs: number,
  more: Partial<RetryPolicy> & {
    readonly tryMs?: number;
    readonly stepMs?: number;
    readonly abandon?: readonly DeliveryOutcome[];
  } = {},
) {
  const { tryMs = 0, stepMs = 500, abandon, ...policy } = more;
  const clock = new VirtualClock(0);
  const tries: { readonly atMs: number; readonly ids: readonly string[] }[] = [];
  const defects: unknown[] = [];
  let abandonments = 0;
  const destination = {
    deliver: async ({ records }: DeliveryBatch) => {
      tries.push({ atMs: clock.nowMs(), ids: records.map(({ recordId }) => recordId) });
      const triedAtMs = clock.nowMs();
      const number = tries.length;
      while (clock.nowMs() < triedAtMs + tryMs) await new Promise(setImmediate);
      return outcomes[number - 1] ?? outcomes.at(-1)!;
    },
    ...(abandon === undefined ? {} : { abandon: async () => abandon[abandonments++] ?? abandon.at(-1)! }),
    close: async () => {},
  };
  const { signal } = new AbortController();
  let isDone = false;
  const parts = { clock, retryMs, random: () => 0.5, onDefect: (error: unknown) => defects.push(error) };
  const result = deliverBatch(BATCH, destination, { ...parts, ...policy }, signal);
  result.then(() => {
    isDone = true;
  });
  await eventually(() => {
    clock.advance(stepMs);
    return isDone || undefined;
  });
  return { ...(await result), tries, abandonments, defects };
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

  test('continues at once with records after those that the destination discards', async () => {
    const discarded: DeliveryOutcome = {
      kind: 'discarded',
      errorCode: 'Test.TooLarge',
      errorMessage: 'Too large.',
      discarded: [A],
      remaining: [B],
    };
    const { discardedRecords, failed, tries } = await delivered([discarded, { kind: 'delivered' }], 0);
    expect(discardedRecords).toBe(1);
    expect(failed).toEqual([]);
    // Without a retry duration there would be no second try.
    expect(tries.map(({ ids }) => ids)).toEqual([['a', 'b'], ['b']]);
  });

  test('fails records that remain besides rejected ones with their own error', async () => {
    const rejected = [{ record: A, errorCode: '400', errorMessage: 'It is bad.' }];
    const remainingError = { errorCode: '429', errorMessage: 'It is busy.' };
    const { failed } = await delivered([{ kind: 'rejected', rejected, remaining: [B], remainingError }], 0);
    expect(failed).toMatchObject([
      { record: A, errorCode: '400' },
      { record: B, errorCode: '429', errorMessage: 'It is busy.' },
    ]);
  });

  test('is tried every 5 minutes if its destination has such a pace', async () => {
    const { tries } = await delivered([AGAIN], 900_000, {
      retryEveryMs: 300_000,
      containsTries: true,
      tryMs: 10_000,
      stepMs: 10_000,
    });
    expect(tries.map(({ atMs }) => atMs)).toEqual([0, 300_000, 600_000, 900_000]);
  });

  test('has no retry if the first try takes longer than a duration that contains the tries', async () => {
    const { tries } = await delivered([AGAIN], 10_000, { containsTries: true, tryMs: 12_000 });
    expect(tries).toHaveLength(1);
  });

  test('has retries after tries of any length if the duration contains the waits only', async () => {
    const { tries } = await delivered([AGAIN], 10_000, { tryMs: 12_000 });
    expect(tries).toHaveLength(4);
  });

  test('is abandoned instead of failed if its destination keeps it, as often as that fails', async () => {
    const { failed, abandonedRecords, abandonments } = await delivered([AGAIN], 0, {
      abandon: [AGAIN, AGAIN, { kind: 'delivered' }],
    });
    expect(failed).toEqual([]);
    expect(abandonedRecords).toBe(2);
    expect(abandonments).toBe(3);
  });
});

test('waits between tries double up to two minutes', () => {
  expect([1, 2, 3, 7, 8, 20].map((attempt) => retryWaitMs(attempt, () => 0.5))).toEqual([
    1000, 2000, 4000, 64_000, 120_000, 120_000,
  ]);
  expect(retryWaitMs(1, () => 0)).toBeCloseTo(850);
});
