import { setTimeout as sleep } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../reports/result/result.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { jars, newTopic, useKafka, whyNoKafka } from './broker.ts';

const PRODUCER_BYTES_PER_SECOND = 60_000;

describe.skipIf(jars.kind === 'missing')(`a run whose broker lets it wait${whyNoKafka}`, () => {
  const kafka = useKafka();

  const run = (seconds: number, consumer: object): Promise<Result> =>
    runScenario(
      resolveScenario({
        name: 'waiting',
        target: { kind: 'kafka', brokers: kafka().brokers, topic: newTopic(), create: { partitions: 4 } },
        workloads: [
          {
            name: 'w',
            phases: [{ name: 'p', duration: `${seconds}s`, rate: '500/s' }],
            keys: { uniform: true, count: 50 },
            payload: { size: '200B' },
            producers: { batch: { records: 100, lingerMs: 20 } },
          },
        ],
        consumers: [{ name: 'reader', ...consumer }],
        drain: '30s',
      }),
      { ceiling: 'skip' },
    );

  const withAdmin = async (use: (admin: Admin) => Promise<unknown>) => {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: kafka().brokers as string[] });
    await use(admin).finally(() => admin.close());
  };

  const setQuota = (op: { value: number; remove: false } | { remove: true }) =>
    withAdmin((admin) =>
      admin.alterClientQuotas({
        entries: [
          {
            entities: [{ entityType: 'client-id', entityName: 'streamgauge' }],
            ops: [{ key: 'producer_byte_rate', ...op }],
          },
        ],
      }),
    );

  test('has the throttle time of a quota in its result, and no rejected record', async () => {
    await setQuota({ value: PRODUCER_BYTES_PER_SECOND, remove: false });
    try {
      // 100 kB/s, and what Kafka adds.
      const result = await run(6, { kind: 'fan-out' });
      const { ledger, rate } = result.summary;
      expect(ledger).toMatchObject({ sent: 3000, received: 3000, lost: 0, duplicated: 0, failed: 0 });
      expect(rate.throttled).toBe(0);
      const { throttledCalls, throttledMs } = result.workers.find(({ role }) => role === 'producer')!.counts!;
      expect(throttledCalls).toBeGreaterThan(0);
      expect(throttledMs).toBeGreaterThan(100);
    } finally {
      await setQuota({ remove: true });
    }
  });

  test('loses nothing when the members of a group are removed, and counts that they joined again', async () => {
    const running = run(8, { kind: 'group', members: 2, protocol: 'classic', commitMs: 200 });
    await withAdmin(async (admin) => {
      const groupId = await groupWithMembers(admin, 2);
      await admin.removeMembersFromConsumerGroup({ groupId });
    });
    const { summary, workers, outcome } = await running;
    expect(outcome.kind).toBe('completed');
    // Records that were not committed are read again by their next member.
    expect(summary.ledger).toMatchObject({ sent: 4000, received: 4000, lost: 0, failed: 0 });
    const { joins, rebalances } = workers.find(({ role }) => role === 'consumer')!.counts!;
    expect({ joins, rebalances }).toEqual({ joins: expect.any(Number), rebalances: expect.any(Number) });
    expect(joins).toBeGreaterThan(2);
  });
});

const LOOK_MS = 200;

/** The group of a run, when all of its members have joined. The vitest timeout ends the waiting. */
async function groupWithMembers(admin: Admin, members: number): Promise<string> {
  for (;;) {
    const groups = [...(await admin.listGroups()).keys()];
    for (const groupId of groups) {
      const group = (await admin.describeGroups({ groups: [groupId] })).get(groupId);
      if (/^stable$/i.test(group?.state ?? '') && group!.members.size === members) return groupId;
    }
    await sleep(LOOK_MS);
  }
}
