import { expect, test } from 'vitest';
import { ACCEPTED, RecordBatch, THROTTLED, tableWithMemory } from '../../../../engine/log/record-batch.ts';
import { byteTable, textTable } from '../../../../engine/log/text-table.ts';
import { medianOf } from '../../../../reports/statistics/moments.ts';
import { loadDriver, setUpTarget } from '../../../../runners/targets/targets.ts';
import type { LimitsSpec } from '../../../../workloads/limits-and-latency.ts';
import type { EngineTargetSpec } from '../../../../workloads/targets/engine.ts';

const engineDriver = await loadDriver({ kind: 'engine' });

const MS = 1e6;
const keys = tableWithMemory(textTable(['a', 'b']));
const payloads = tableWithMemory(byteTable([new Uint8Array(100)]));

async function openTwin(limits: LimitsSpec = 'none') {
  const target: EngineTargetSpec = {
    kind: 'engine',
    shards: 1,
    limits,
    latency: 'none',
    profile: {
      name: 'p',
      basis: 'measurement',
      source: 'a test',
      put: {
        quantiles: [
          { p: 0, ns: 10 * MS },
          { p: 0.5, ns: 20 * MS },
          { p: 1, ns: 40 * MS },
        ],
      },
    },
    memoryBytes: 64 * 2 ** 20,
    maxRecordBytes: 2 ** 20,
    whenFull: 'trim',
  };
  const scenario = { name: 't', seed: 1, target, workloads: [], consumers: [], thresholds: [], drainNs: 1e9 };
  const { handle } = await setUpTarget(scenario);
  return engineDriver.openProducer(handle, { keys, batchCapacity: 4, inFlight: 4, seed: 1, source: 0 });
}

function aBatch(records: number): RecordBatch {
  const batch = new RecordBatch(4, keys, payloads, 0);
  batch.count = records;
  return batch;
}

test('a call completes after its put latency, and not before', async () => {
  const port = await openTwin();
  const latencies: number[] = [];
  for (let call = 0; call < 400; call += 1) {
    const putAtNs = call * 100 * MS;
    const batch = aBatch(1);
    port.put(0, batch, putAtNs);
    const responseAtNs = port.nextAtNs;
    expect(port.poll(responseAtNs - 1)).toBe(-1);
    expect(port.poll(responseAtNs)).toBe(0);
    expect(batch.status[0]).toBe(ACCEPTED);
    expect(port.nextAtNs).toBe(Number.POSITIVE_INFINITY);
    latencies.push((responseAtNs - putAtNs) / MS);
  }
  expect(Math.min(...latencies)).toBeGreaterThanOrEqual(10);
  expect(Math.max(...latencies)).toBeLessThanOrEqual(40);
  expect(medianOf(latencies)).toBeGreaterThan(18);
  expect(medianOf(latencies)).toBeLessThan(22);
});

test('calls overtake each other, and each completes once', async () => {
  const port = await openTwin();
  for (let slot = 0; slot < 4; slot += 1) port.put(slot, aBatch(1), 0);
  const completed: number[] = [];
  while (port.nextAtNs < Number.POSITIVE_INFINITY) completed.push(port.poll(port.nextAtNs));
  expect(completed.toSorted()).toEqual([0, 1, 2, 3]);
});

test('a throttled record completes as late as any other', async () => {
  const port = await openTwin({ recordsPerSecond: 1, bytesPerSecond: 1e6, burstSeconds: 1 });
  const batch = aBatch(2);
  port.put(0, batch, 0);
  expect(port.nextAtNs).toBeGreaterThanOrEqual(10 * MS);
  expect(port.poll(port.nextAtNs)).toBe(0);
  expect([batch.status[0], batch.status[1]]).toEqual([ACCEPTED, THROTTLED]);
});
