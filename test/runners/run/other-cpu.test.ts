import { expect, test } from 'vitest';
import { otherCpuRatio, readCpu } from '../../../runners/run/other-cpu.ts';

const before = { machine: { total: 1000, busy: 300, steal: 0 }, ownUs: 0, atMs: 0 };
/** One second of two cores: 200 ticks. */
const after = (busy: number, steal: number, ownUs: number) => ({
  machine: { total: 1200, busy: 300 + busy, steal },
  ownUs,
  atMs: 1000,
});

test.each<[string, ReturnType<typeof after>, number]>([
  ['nothing but this process runs', after(100, 0, 1e6), 0],
  ['another program takes a core', after(200, 0, 1e6), 0.5],
  ['another machine of the host takes a core', after(100, 100, 1e6), 0.5],
  ['nobody runs', after(0, 0, 0), 0],
])('the share of the CPU that others used is right if %s', (_, reading, expected) => {
  expect(otherCpuRatio(before, reading, 2)).toBeCloseTo(expected, 9);
});

test('the share of the CPU that others used is unknown if the system does not report it', () => {
  expect(otherCpuRatio({ ...before, machine: undefined }, after(1, 0, 0), 2)).toBeNull();
  expect(otherCpuRatio(before, before, 2)).toBeNull();
});

test('the CPU is read on this machine without an error', () => {
  const reading = readCpu();
  expect(reading.ownUs).toBeGreaterThan(0);
  if (process.platform === 'linux') expect(reading.machine!.total).toBeGreaterThan(0);
});
