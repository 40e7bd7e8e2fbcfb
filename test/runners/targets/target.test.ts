import { describe, expect, test } from 'vitest';
import { PENDING, RecordBatch, THROTTLED } from '../../../engine/log/record-batch.ts';
import { textTable as bytesOf } from '../../../engine/log/text-table.ts';
import { NoopProducerPort, setUpNoop } from '../../../runners/targets/noop/noop-target.ts';
import type { ProducerPort } from '../../../runners/targets/target.ts';
import { loadDriver, setUpTarget } from '../../../runners/targets/targets.ts';
import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';
import type { NoopTargetSpec } from '../../../workloads/targets/noop.ts';
import { conforms } from './target-conformance.ts';

const engineDriver = await loadDriver({ kind: 'engine' });
const noopDriver = await loadDriver({ kind: 'noop' });

const MIB = 2 ** 20;
const engine: EngineTargetSpec = {
  kind: 'engine',
  shards: 4,
  limits: 'none',
  latency: 'none',
  memoryBytes: 64 * MIB,
  maxRecordBytes: MIB,
  whenFull: 'trim',
};
const noop: NoopTargetSpec = { kind: 'noop', shards: 4, delay: { kind: 'none' }, stalls: [] };

describe('every target keeps the contract', () => {
  conforms('engine', engine);
  conforms('engine with one shard', { ...engine, shards: 1 });
  conforms('engine that refuses when full', { ...engine, whenFull: 'refuse' });
  conforms('engine with the latency of enhanced fan-out', { ...engine, latency: 'enhanced-fan-out' });
  conforms('engine with limits of AWS', { ...engine, limits: 'aws' });
  conforms('noop', noop);
  conforms('noop with a queue', { ...noop, queue: { servers: 2, serviceNs: 20e3 } });
  conforms('noop with a fixed delay', { ...noop, delay: { kind: 'fixed', ns: 2e6 } });
  conforms('noop with a lognormal delay', { ...noop, delay: { kind: 'lognormal', p50Ns: 2e6, p99Ns: 20e6 } });
});

test('an engine with limits throttles records over a shard’s rate one by one', async () => {
  const target = await setUpTarget({
    name: 't',
    seed: 1,
    target: { ...engine, shards: 1, limits: 'aws' },
    workloads: [],
    consumers: [],
    thresholds: [],
    drainNs: 0,
  });
  const keys = bytesOf(['key']);
  const port = engineDriver.openProducer(target.handle, { keys, batchCapacity: 1500, inFlight: 1, seed: 1, source: 0 });
  const batch = new RecordBatch(1500, keys, bytesOf(['payload']), 0);
  batch.count = 1500;
  batch.status.fill(PENDING);
  port.put(0, batch, 0);
  expect(port.poll(0)).toBe(0);
  const throttled = batch.status.filter((status) => status === THROTTLED).length;
  expect(throttled).toBe(500);
});

describe('the noop target', () => {
  const keys = bytesOf(['key']);
  const open = (spec: Partial<NoopTargetSpec>) =>
    new NoopProducerPort(
      { kind: 'noop', spec: { ...noop, ...spec } },
      { keys, batchCapacity: 1, inFlight: 4, seed: 1, source: 0 },
    );
  const one = () => {
    const batch = new RecordBatch(1, keys, bytesOf(['p']), 0);
    batch.count = 1;
    return batch;
  };

  test('the noop target completes a call after its delay and not before', () => {
    const port = open({ delay: { kind: 'fixed', ns: 2e6 } });
    port.put(2, one(), 10e6);
    expect(port.poll(12e6 - 1)).toBe(-1);
    expect(port.nextAtNs).toBe(12e6);
    expect(port.poll(12e6)).toBe(2);
  });

  test('the noop target queues a call behind earlier ones, and completes it after its service and its delay', async () => {
    const spec: NoopTargetSpec = {
      ...noop,
      delay: { kind: 'fixed', ns: 1e6 },
      queue: { servers: 1, serviceNs: 20e3 },
    };
    const { handle } = await setUpNoop(spec);
    const [port, other] = [0, 1].map((source) =>
      noopDriver.openProducer(handle, { keys, batchCapacity: 1, inFlight: 4, seed: 1, source }),
    ) as [ProducerPort, ProducerPort];
    port.put(0, one(), 0);
    other.put(0, one(), 0);
    port.put(1, one(), 0);
    expect(port.nextAtNs).toBe(20e3 + 1e6);
    expect(other.nextAtNs).toBe(40e3 + 1e6);
    expect(port.poll(20e3 + 1e6)).toBe(0);
    expect(port.nextAtNs).toBe(60e3 + 1e6);
  });

  test('the noop target completes no call during a stall, and all calls at its end', () => {
    const port = open({ stalls: [{ atNs: 5e9, forNs: 0.5e9 }] });
    port.put(0, one(), 5e9 - 1);
    expect(port.poll(5e9 - 1)).toBe(0);
    port.put(1, one(), 5e9);
    port.put(3, one(), 5.2e9);
    expect(port.poll(5.5e9 - 1)).toBe(-1);
    expect([port.poll(5.5e9), port.poll(5.5e9), port.poll(5.5e9)].sort()).toEqual([-1, 1, 3]);
  });

  test('the noop target completes calls in the order of their delays, not of their starts', () => {
    const port = open({ delay: { kind: 'lognormal', p50Ns: 1e6, p99Ns: 100e6 } });
    for (let slot = 0; slot < 4; slot++) port.put(slot, one(), 0);
    const times: number[] = [];
    while (port.nextAtNs < Number.POSITIVE_INFINITY) {
      times.push(port.nextAtNs);
      expect(port.poll(port.nextAtNs)).toBeGreaterThanOrEqual(0);
    }
    expect(times).toHaveLength(4);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
