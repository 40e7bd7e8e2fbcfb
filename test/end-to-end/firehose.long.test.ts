import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const scenarioOf = (target: object, workload: object = {}, more: object = {}) =>
  resolveScenario({
    name: 'test',
    target: { kind: 'firehose', deliveryStream: 'logs', local: true, ...target },
    workloads: [
      {
        name: 'lines',
        phases: [{ name: 'steady', duration: '3s', rate: '500/s' }],
        keys: { uniform: true, count: 20 },
        payload: { template: { page: '/cart', n: '{{seq}}' } },
        producers: { count: 2 },
        ...workload,
      },
    ],
    consumers: [
      { name: 'archive', kind: 'delivered', intervalMs: 50 },
      { name: 'audit', kind: 'delivered', intervalMs: 100 },
    ],
    thresholds: ['lost == 0'],
    ...more,
  });

describe('a run on a local firehose', () => {
  test('accounts for every record that was delivered, and leaves nothing behind', async () => {
    const before = await readdir(tmpdir());
    const { summary, target, workers, verdict } = await runScenario(scenarioOf({}), { ceiling: 'skip' });
    expect(summary.ledger).toMatchObject({ sent: 1500, received: 3000, lost: 0, duplicated: 0, failed: 0 });
    expect(verdict.thresholds[0]).toMatchObject({ text: 'lost == 0', holds: true });
    expect(target?.title).toBe('local firehose delivery stream logs');
    const { putToGet } = summary.spans;
    // A buffer is delivered a second after its first record, so the delays of its records are spread over that second.
    expect(putToGet.count).toBe(3000);
    expect(putToGet.maxNs).toBeGreaterThan(0.8e9);
    expect(workers.find(({ name }) => name === 'archive')?.counts?.objects).toBeGreaterThanOrEqual(3);
    const left = (await readdir(tmpdir())).filter(
      (name) => !before.includes(name) && name.startsWith('streamgauge-firehose'),
    );
    expect(left).toEqual([]);
  });

  test('puts throttled records again, and has the metrics of the delivery stream by their CloudWatch names', async () => {
    const faults = [{ from: '0s', kind: 'throttle', rate: '30%', operation: 'PutRecordBatch' }];
    const scenario = scenarioOf({}, { producers: { retry: { attempts: 20, base: '10ms' } } }, { faults });
    const { summary, targetMetrics = [], faults: [fault] = [] } = await runScenario(scenario, { ceiling: 'skip' });
    expect(summary.ledger).toMatchObject({ sent: 1500, received: 3000, lost: 0, duplicated: 0 });
    expect(summary.rate.throttled).toBeGreaterThan(0);
    expect(fault?.injected).toBeGreaterThan(0);
    const metric = (name: string) => targetMetrics.find((one) => one.name === name);
    expect(metric('IncomingRecords')).toMatchObject({ unit: 'Count', sum: 1500 });
    expect(metric('DeliveryToS3.Records')).toMatchObject({ unit: 'Count', sum: 1500 });
    expect(metric('DeliveryToS3.Success')).toMatchObject({ unit: 'Ratio', min: 1, max: 1 });
    expect(metric('DeliveryToS3.DataFreshness')?.max).toBeGreaterThan(0.9);
  });

  test('leaves the objects in a folder that the scenario names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-objects-'));
    folders.push(folder);
    const create = { bucket: 'archive', prefix: 'lines/', buffer: { interval: '0s' } };
    const { summary } = await runScenario(scenarioOf({ destination: { folder }, create, put: 'record' }), {
      ceiling: 'skip',
    });
    expect(summary.ledger).toMatchObject({ sent: 1500, received: 3000, lost: 0 });
    expect(await readdir(join(folder, 'archive'))).toEqual(['lines']);
  });
});
