import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { resultLines } from '../../reports/result/result-file.ts';
import { producerTotals } from '../../reports/summary/cells.ts';
import { renderSummary } from '../../reports/text/render-text.ts';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import { type Peer, startKinesalite, startOwn } from '../runners/targets/kinesis/peers.ts';

const workload = (more: object = {}) => ({
  name: 'a',
  phases: [{ name: 'steady', duration: '2s', rate: '500/s' }],
  keys: { uniform: true, count: 50 },
  payload: { size: '100B' },
  producers: { batch: { lingerMs: 10 } },
  ...more,
});
const polling = { name: 'polling', kind: 'polling', intervalMs: 50 };
const pushed = { name: 'pushed', kind: 'fan-out' };

function run(scenario: object, options: Parameters<typeof runScenario>[1] = {}): Promise<Result> {
  const whole = { name: 'test', workloads: [workload()], consumers: [polling], ...scenario };
  return runScenario(resolveScenario(whole, {}), { ceiling: 'skip', ...options });
}

describe('a run on kinesalite', () => {
  let kinesalite: Peer;
  const target = (more: object = {}) => ({
    kind: 'kinesis',
    stream: 'orders',
    endpoint: kinesalite.endpoint,
    client: 'sdk',
    protocol: 'http1',
    create: { shards: 3 },
    ...more,
  });
  beforeAll(async () => {
    kinesalite = await startKinesalite();
  });
  afterAll(() => kinesalite.close());

  test('accounts for every record of two workloads and three producers', async () => {
    const result = await run({
      target: target(),
      workloads: [workload({ producers: { count: 2, batch: { lingerMs: 10 } } }), workload({ name: 'b' })],
      consumers: [polling, { ...polling, name: 'other' }],
    });
    expect(result.outcome).toEqual({ kind: 'completed' });
    expect(result.summary.ledger).toMatchObject({ sent: 2000, received: 4000, lost: 0, duplicated: 0, failed: 0 });
    expect(result.validity.reasons.map(({ code }) => code)).not.toContain('LEDGER');
    const shards = new Set(result.cells.filter((cell) => cell.kind === 'producer' && cell.counts.acked > 0));
    expect(new Set([...shards].map(({ shard }) => shard))).toEqual(new Set([0, 1, 2]));
    expect(parseResult([...resultLines(result)].join('\n'), 'here').summary).toEqual(result.summary);
  });

  test('packs and unpacks aggregates, and counts what was in them', async () => {
    // One call at a time: kinesalite promises no order between calls that are under way together.
    const producers = { batch: { lingerMs: 10 }, inFlight: 1 };
    const { summary, workers } = await run({
      target: target({ aggregate: true }),
      workloads: [workload({ producers })],
    });
    expect(summary.ledger).toMatchObject({ sent: 1000, received: 1000, lost: 0, duplicated: 0, reordered: 0 });
    expect(summary.rate.bytesPerSecond * summary.rate.scheduledSeconds).toBeCloseTo(1000 * 100 + keyBytes(1000), -4);
    expect(workers[0]!.counts!.calls).toBeGreaterThan(0);
  });

  test('reports what to change when the endpoint does not speak HTTP/2', async () => {
    await expect(run({ target: target({ protocol: 'http2' }) })).rejects.toThrow(
      /RUNNER_TARGET_FAILED ERR_HTTP2_ERROR.*protocol: http1/,
    );
  });
});

/** Keys of a workload have some bytes, which count too. */
const keyBytes = (records: number) => records * 8;

describe.each(['lean', 'sdk'] as const)('a run on our own server with client %s', (client) => {
  let own: Awaited<ReturnType<typeof startOwn>>;
  const target = (more: object = {}) => ({
    kind: 'kinesis',
    stream: 'orders',
    endpoint: own.endpoint,
    client,
    ...more,
  });
  const created = (more: object = {}) => target({ create: { shards: 2 }, ...more });
  beforeAll(async () => {
    own = await startOwn({ streams: { here: 2 } });
  });
  afterAll(() => own.close());

  test('is received by polling and by push, and leaves nothing behind', async () => {
    // One call at a time: of two calls under way, the later one may be stored first.
    const producers = { inFlight: 1, batch: { lingerMs: 10 } };
    const result = await run({
      target: created(),
      workloads: [workload({ producers })],
      consumers: [polling, pushed],
    });
    const { summary, series, workers } = result;
    expect(summary.ledger).toMatchObject({ sent: 1000, received: 2000, lost: 0, duplicated: 0, reordered: 0 });
    const name = client === 'lean' ? 'the lean client' : 'the AWS SDK';
    expect(renderSummary(result, { colours: false, width: 200 })).toContain(`on kinesis stream orders with ${name}`);
    expect(series.every(({ gauges }) => gauges.behindMs !== undefined)).toBe(true);
    expect(workers.find(({ name }) => name === 'pushed')!.counts).toEqual({ subscriptions: 2 });
    expect(own.engine.account.findStream('orders')).toBeUndefined();
  });

  test('puts records one by one', async () => {
    const producers = { batch: { records: 1 } };
    const phases = [{ name: 'steady', duration: '2s', rate: '100/s' }];
    const { summary, workers } = await run({
      target: created({ put: 'record' }),
      workloads: [workload({ producers, phases })],
      consumers: [pushed],
    });
    expect(summary.ledger).toMatchObject({ sent: 200, received: 200, lost: 0 });
    expect(workers[0]!.counts).toEqual({ calls: 200 });
  });

  test('enlarges payloads to their envelope, puts it before templates, and reports both', async () => {
    const template = { name: 'b', payload: { template: { order: '{{int 1 100}}' } } };
    const result = await run({
      target: created(),
      workloads: [workload({ payload: { size: '10B' } }), workload(template)],
      consumers: [pushed],
    });
    expect(result.summary.ledger).toMatchObject({ sent: 2000, received: 2000, lost: 0 });
    expect(result.notes).toEqual([
      'All payloads of a were raised to the 36 bytes that their envelope takes.',
      'Payloads of b begin with an envelope of 36 bytes.',
    ]);
    expect(renderSummary(result, { colours: false, width: 120 })).toContain('Note  All payloads of a');
  });

  test('ignores the records of others in a stream, and does not delete the stream', async () => {
    await own.engine.put('here', { partitionKey: 'k', data: 'long before' });
    const noise = setInterval(() => void own.engine.put('here', { partitionKey: 'k', data: 'noise' }), 50);
    const result = await run({ target: target({ stream: 'here' }), consumers: [polling, pushed] });
    clearInterval(noise);
    expect(result.summary.ledger).toMatchObject({ sent: 1000, received: 2000, lost: 0, duplicated: 0 });
    for (const { counts, role } of result.workers) {
      if (role === 'consumer') expect(counts!.foreignRecords).toBeGreaterThan(10);
    }
    expect(renderSummary(result, { colours: false, width: 100 })).toContain('foreign records ignored');
    const { Consumers } = await own.engine.call('ListStreamConsumers', {
      StreamARN: own.engine.account.stream({ StreamName: 'here' }).arn,
    });
    expect(Consumers).toEqual([]);
  });

  test('follows splits and merges, and keeps the order of every key', async () => {
    const phases = [{ name: 'steady', duration: '4s', rate: '500/s' }];
    // One call at a time: of two calls under way, the later one may be stored first.
    const producers = { inFlight: 1, batch: { lingerMs: 10 } };
    const { summary, steps, cells } = await run({
      target: created(),
      workloads: [workload({ phases, producers })],
      consumers: [polling, pushed],
      steps: [
        { at: '500ms', split: 'hottest' },
        { at: '1500ms', shards: 6 },
        { at: '2500ms', merge: 'coldest' },
      ],
    });
    expect(steps!.map(({ outcome }) => outcome.kind)).toEqual(['done', 'done', 'done']);
    expect(summary.ledger).toMatchObject({ sent: 2000, received: 4000, lost: 0, duplicated: 0, reordered: 0 });
    const shards = new Set(cells.filter((cell) => producerTotals([cell]).acked > 0).map(({ shard }) => shard));
    expect(shards.size).toBeGreaterThan(6);
  });

  test('follows splits and merges with aggregates too', async () => {
    const { summary, steps } = await run({
      target: created({ aggregate: true }),
      consumers: [polling, pushed],
      steps: [{ at: '500ms', split: 0 }],
    });
    expect(steps![0]!.outcome.kind).toBe('done');
    expect(summary.ledger).toMatchObject({ sent: 1000, received: 2000, lost: 0, duplicated: 0 });
  });

  test('retries throttled, failed and dropped calls, counts each by its code, and loses nothing', async () => {
    const producers = { batch: { lingerMs: 10 }, retry: { attempts: 50, base: '5ms', cap: '50ms' } };
    const phases = [{ name: 'steady', duration: '4s', rate: '500/s' }];
    const result = await run({
      target: created(),
      workloads: [workload({ phases, producers })],
      consumers: [polling, pushed],
      faults: [
        { kind: 'throttle', until: '1s', operation: 'PutRecords', rate: '20%' },
        { kind: 'error', from: '1s', until: '2s', operation: 'PutRecords', code: 'ServiceUnavailable', rate: '20%' },
        { kind: 'drop-connection', from: '2s', until: '3s', operation: 'PutRecords', rate: '5%' },
        { kind: 'error', operation: 'GetRecords', code: 'InternalFailure', rate: '10%' },
      ],
    });
    expect(result.summary.ledger).toMatchObject({ sent: 2000, received: 4000, lost: 0, failed: 0 });
    expect(result.summary.rate.throttled).toBe(result.faults![0]!.injected);
    const [producer, poller] = result.workers;
    expect(producer!.counts).toMatchObject({
      'errors.ProvisionedThroughputExceededException': result.faults![0]!.injected,
      'errors.ServiceUnavailable': expect.any(Number),
    });
    expect(Object.keys(producer!.counts!).length).toBeGreaterThanOrEqual(5);
    expect(poller!.counts).toMatchObject({ 'errors.InternalFailure': result.faults![3]!.injected });
    expect(renderSummary(result, { colours: false, width: 100 })).toContain('records of producers');
  });

  test('finds the duplicates from lost responses, the same ones in every consumer', async () => {
    const producers = { batch: { lingerMs: 10 }, retry: { attempts: 50, base: '5ms', cap: '50ms' } };
    const { summary, faults } = await run({
      target: created({ timeout: '500ms' }),
      workloads: [workload({ producers })],
      consumers: [polling, pushed],
      faults: [{ kind: 'lose-response', operation: 'PutRecords', rate: '20%' }],
    });
    expect(faults![0]!.injected).toBeGreaterThan(0);
    expect(summary.ledger).toMatchObject({ sent: 1000, received: 2000, lost: 0, failed: 0 });
    const [one, other] = summary.ledger.consumers;
    expect(one!.duplicated).toBeGreaterThan(0);
    expect(other!.duplicated).toBe(one!.duplicated);
  });

  test('deletes the resources it created when it is interrupted, and accounts for the sent records', async () => {
    const interruption = new AbortController();
    setTimeout(() => interruption.abort('SIGINT'), 2500);
    const phases = [{ name: 'steady', duration: '60s', rate: '500/s' }];
    const options = { signal: interruption.signal };
    const result = await run({ target: created(), workloads: [workload({ phases })], consumers: [pushed] }, options);
    expect(result.outcome).toEqual({ kind: 'interrupted', signal: 'SIGINT' });
    expect(result.summary.ledger.sent).toBeGreaterThan(0);
    expect(result.summary.ledger.lost).toBe(0);
    expect(own.engine.account.findStream('orders')).toBeUndefined();
  });

  test('reports an interruption before its start, and has deleted the resources it created', async () => {
    const options = { signal: AbortSignal.abort('SIGTERM') };
    await expect(run({ target: created() }, options)).rejects.toThrow(/RUNNER_INTERRUPTED SIGTERM/);
    expect(own.engine.account.findStream('orders')).toBeUndefined();
  });

  test('never deletes a stream that it did not create', async () => {
    const create = { shards: 2 };
    await expect(run({ target: target({ stream: 'here', create }) })).rejects.toThrow(
      /RUNNER_TARGET_FAILED ResourceInUseException.*Leave create out/,
    );
    expect(own.engine.account.findStream('here')).toBeDefined();
  });

  test.each<[string, object, RegExp]>([
    ['a stream that is not there', { stream: 'nowhere' }, /RUNNER_TARGET_FAILED ResourceNotFoundException.*create:/],
    ['an endpoint that nobody serves', { endpoint: 'http://127.0.0.1:9' }, /RUNNER_TARGET_FAILED ECONNREFUSED/],
  ])('reports the problem with %s', async (_, more, expected) => {
    await expect(run({ target: target(more) })).rejects.toThrow(expected);
  });
});
