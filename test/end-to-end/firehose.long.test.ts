import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runScenario } from '../../runners/run/run.ts';
import { resolveScenario } from '../../workloads/resolve.ts';

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
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
    const temporary = await mkdtemp(join(tmpdir(), 'streamgauge-test-'));
    folders.push(temporary);
    vi.stubEnv('TMPDIR', temporary);
    const { summary, target, workers } = await runScenario(scenarioOf({}), { ceiling: 'skip' });
    expect(summary.ledger).toMatchObject({ sent: 1500, received: 3000, lost: 0, duplicated: 0, failed: 0 });
    expect(target?.title).toBe('local firehose stream logs');
    const { putToGet } = summary.spans;
    // A buffer is delivered a second after its first record, so the delays of its records are spread over that second.
    expect(putToGet.count).toBe(3000);
    expect(putToGet.maxNs).toBeGreaterThan(0.8e9);
    expect(workers.find(({ name }) => name === 'archive')?.counts?.objects).toBeGreaterThanOrEqual(3);
    expect(await readdir(temporary)).toEqual([]);
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

  test('counts records that were delivered twice, and names their objects', async () => {
    const faults = [{ from: '0s', kind: 'lose-response', rate: '20%', operation: 'PutRecordBatch' }];
    const scenario = scenarioOf({}, { producers: { batch: { lingerMs: 20 }, retry: { base: '10ms' } } }, { faults });
    const { summary, notes = [], workers, target } = await runScenario(scenario, { ceiling: 'skip' });
    const { sent, received, lost, duplicated, unacknowledged, failed, consumers } = summary.ledger;
    expect([sent, received, lost, unacknowledged, failed]).toEqual([1500, 3000, 0, 0, 0]);
    expect(duplicated).toBeGreaterThan(0);
    expect(target?.title).toBe('local firehose stream logs');
    expect(workers.some(({ counts = {} }) => Object.keys(counts).some((name) => name.startsWith('errors.')))).toBe(
      true,
    );
    for (const consumer of consumers) {
      const note = notes.find((text) => text.startsWith(`Consumer ${consumer.name}:`) && /repeats? records/.test(text));
      expect(note !== undefined).toBe(consumer.duplicated > 0);
      if (note !== undefined) expect(note).toMatch(/: streamgauge\/\d{4}\/\d\d\/\d\d\/\d\d\/logs-1-\S+ \(\d+\)/);
    }
  });

  test('finds the records of every partition, and names the objects of those that have no key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streamgauge-objects-'));
    folders.push(folder);
    const template = { country: '{{pick DE FR US}}', page: '{{int 1 100}}' };
    const create = { partitions: { country: 'if .page > 90 then null else .country end' }, lines: true };
    const scenario = scenarioOf({ destination: { folder }, create }, { payload: { template } });
    const { summary, notes = [] } = await runScenario({ ...scenario, drainNs: 4e9 }, { ceiling: 'skip' });
    const { sent, received, lost, duplicated } = summary.ledger;
    expect([sent, duplicated]).toEqual([1500, 0]);
    expect(received + lost).toBe(3000);
    // One in ten pages has no country.
    expect(lost / 2).toBeGreaterThan(90);
    expect(lost / 2).toBeLessThan(220);
    const bucket = join(folder, 'streamgauge');
    expect((await readdir(bucket)).sort()).toEqual(['country=DE', 'country=FR', 'country=US', 'errors']);
    const code = 'DynamicPartitioning.MetadataExtractionFailed';
    const note = notes.find((text) => text.startsWith('Consumer archive:') && text.includes(code));
    expect(note).toMatch(
      /^Consumer archive: \d+ objects? ha(?:s|ve) records of the error output, with the code .*: streamgauge\/errors\//,
    );
    const [object = ''] = (await readdir(join(bucket, 'country=DE'), { recursive: true })).filter((name) =>
      /-1-/.test(name),
    );
    const lines = (await readFile(join(bucket, 'country=DE', object), 'utf8')).trimEnd().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ sg: expect.any(String), country: 'DE' });
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
