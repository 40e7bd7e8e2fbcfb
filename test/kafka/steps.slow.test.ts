import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { firstOfFreePorts } from '../../examples/kafka/cluster.ts';
import type { Result } from '../../reports/result/result.ts';
import { renderSummary } from '../../reports/text/render-text.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { jars, newTopic, useKafka, whyNoKafka } from './broker.ts';

/** Three brokers start within 20 s on an idle machine of two cores, and within minutes on a busy one. */
const TIMEOUT_MS = 400_000;
const START = resolve(import.meta.dirname, '../../examples/kafka/start.ts');

const load = (seconds: number, rate: number) => ({
  workloads: [
    {
      name: 'w',
      phases: [{ name: 'p', duration: `${seconds}s`, rate: `${rate}/s` }],
      keys: { uniform: true, count: 200 },
      payload: { size: '100B' },
      producers: { batch: { records: 100, lingerMs: 5 }, retry: { attempts: 1000, base: '50ms', cap: '500ms' } },
    },
  ],
  consumers: [{ name: 'reader', kind: 'fan-out' }],
  drain: '20s',
});

const run = (scenario: object): Promise<Result> =>
  runScenario(resolveScenario({ name: 'steps', ...scenario }), { ceiling: 'skip' });

describe.skipIf(jars.kind === 'missing')(`a topic whose partitions grow under load${whyNoKafka}`, () => {
  const kafka = useKafka();

  test('loses nothing, and counts records of keys that moved apart from reordered ones', async () => {
    const result = await run({
      target: { kind: 'kafka', brokers: kafka().brokers, topic: newTopic(), create: { partitions: 4 } },
      ...load(10, 2000),
      steps: [{ at: '4s', partitions: 9 }],
    });
    expect(result.summary.ledger).toMatchObject({
      sent: 20_000,
      received: 20_000,
      lost: 0,
      duplicated: 0,
      reordered: 0,
    });
    const [step] = result.steps!;
    expect(step!.outcome).toMatchObject({ kind: 'done', closed: [], opened: [4, 5, 6, 7, 8] });
    const counts = result.workers.find(({ role }) => role === 'consumer')!.counts!;
    expect(counts.keyMoves).toBeGreaterThan(50);
    expect(result.notes?.join('\n')).toContain(`reader saw ${counts.keyMoves} keys move to another partition`);
    const busy = new Set(
      result.cells.flatMap((cell) => (cell.kind === 'producer' && cell.shard !== null ? [cell.shard] : [])),
    );
    expect([...busy].some((shard) => shard > 3)).toBe(true);
  });
});

describe.skipIf(jars.kind === 'missing')(`a broker of three that is killed under load${whyNoKafka}`, () => {
  const data = mkdtempSync(join(tmpdir(), 'streamgauge-kafka-steps-'));
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  const clusterOf = async (name: string) => {
    const first = await firstOfFreePorts(6);
    const settings = [
      'broker.session.timeout.ms=3000',
      'broker.heartbeat.interval.ms=500',
      'replica.lag.time.max.ms=3000',
      'unclean.leader.election.enable=true',
    ];
    const line = (node: number) =>
      `exec ${process.execPath} ${START} --only ${node} --nodes 3 --port ${first} --heap 256m --data ${join(data, name)} ${settings.map((each) => `--set ${each}`).join(' ')}`;
    return {
      brokers: [0, 2, 4].map((offset) => `127.0.0.1:${first + offset}`),
      commands: Object.fromEntries([1, 2, 3].map((node) => [`broker-${node}`, line(node)])),
    };
  };

  test(
    'loses nothing with acks all, and repeats nothing and keeps the order if idempotent',
    async () => {
      const topic = newTopic();
      const create = { partitions: 6, replication: 3, config: { 'min.insync.replicas': 2 } };
      const result = await run({
        target: { kind: 'kafka', ...(await clusterOf('all')), topic, create, acks: 'all' },
        ...load(40, 500),
        steps: [
          { at: '10s', stop: 'broker-2' },
          { at: '25s', start: 'broker-2' },
        ],
      });
      expect(result.outcome.kind).toBe('completed');
      expect(result.summary.ledger).toMatchObject({
        sent: 20_000,
        received: 20_000,
        lost: 0,
        duplicated: 0,
        reordered: 0,
        failed: 0,
      });
      const kinds = result.steps!.map(({ outcome }) => outcome.kind);
      expect(kinds[0]).toBe('done');
      // A broker may need longer to start on a busy machine than the load lasts.
      expect(['done', 'unfinished']).toContain(kinds[1]);
      const [stop] = result.steps!;
      expect(stop!.outcome).toHaveProperty('recoveryNs');
      expect(renderSummary(result, { colours: false, width: 100 })).toContain('stop broker-2');
    },
    TIMEOUT_MS,
  );

  test(
    'names exactly what was lost with acks 1',
    async () => {
      const create = { partitions: 6, replication: 3, config: { 'min.insync.replicas': 1 } };
      const result = await run({
        target: { kind: 'kafka', ...(await clusterOf('one')), topic: newTopic(), create, acks: 1 },
        ...load(25, 500),
        steps: [{ at: '10s', stop: 'broker-1' }],
      });
      const { sent, lost, received } = result.summary.ledger;
      expect(sent).toBeGreaterThan(10_000);
      expect(received + lost).toBe(sent);
    },
    TIMEOUT_MS,
  );
});
