import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCalibration } from '../../../runners/gate/gate-files.ts';
import { type GateSide, readGateResult, resolveScenario, runGate, writeGateResult } from '../../../runners/index.ts';
import { emptyFolder } from '../commands/cli-command.ts';

const SCENARIO = resolveScenario({
  name: 'library',
  seed: 40,
  target: { kind: 'noop', delay: '200ms' },
  workloads: [
    {
      name: 'w',
      phases: [{ name: 'steady', duration: '100ms', rate: '300/s' }],
      keys: { uniform: true, count: 10 },
      payload: { size: '10B' },
      producers: { batch: { records: 1, bytes: '1MB', lingerMs: 0 }, inFlight: 512 },
    },
  ],
  consumers: [{ name: 'c', kind: 'fan-out' }],
});

/** Slow enough that a busy machine's lateness leaves blocks valid. */
const noopSide = (name: string, delayMs: number): GateSide => ({
  kind: 'target',
  name,
  target: { kind: 'noop', shards: 4, delay: { kind: 'fixed', ns: delayMs * 1e6 }, stalls: [] },
});

describe('a gate from a program', () => {
  test('has a result of its pairs when it is aborted, which can be saved and read again', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const result = await runGate(SCENARIO, {
      baseline: noopSide('a', 200),
      candidate: noopSide('b', 210),
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress.kind);
        if (progress.kind === 'pair') controller.abort('SIGINT');
      },
    });
    expect(seen).toContain('discarded');
    expect(result).toMatchObject({
      ending: 'interrupted',
      verdict: { kind: 'inconclusive', reason: 'INTERRUPTED' },
      sides: { baseline: 'a', candidate: 'b' },
    });
    expect(result.discarded.map(({ seed }) => seed)).toEqual([40]);
    expect(result.pairs[0]).toMatchObject({ seed: 41, order: 'candidate-first' });
    // Delays are fixed: a block's median is its target's delay and little more.
    const { baseline, candidate } = result.pairs[0]!;
    expect(candidate.values['putToGet.p50']! / baseline.values['putToGet.p50']!).toBeGreaterThan(1.02);
    const dir = emptyFolder();
    await writeGateResult(dir, result);
    expect(await readGateResult(join(dir, 'gate.json'))).toEqual(result);
  });

  test('rejects a metric with too few records before anything is started', async () => {
    const sides = { baseline: noopSide('a', 1), candidate: noopSide('b', 1) };
    await expect(runGate(SCENARIO, { ...sides, metric: 'putToGet.p99' })).rejects.toThrow('RUNNER_GATE_TOO_SHORT');
  });

  test('reports a calibration that cannot be read', async () => {
    const dir = emptyFolder();
    const file = join(dir, 'gate-calibration.json');
    expect(await readCalibration(dir)).toBeUndefined();
    mkdirSync(file);
    await expect(readCalibration(dir)).rejects.toMatchObject({ code: 'GATE_FILE_NOT_READABLE', where: file });
  });
});
