import { describe, expect, test } from 'vitest';
import { Engine } from '../../../engine/engine.ts';
import { type CalibrateOptions, calibrate } from '../../../runners/calibrate/calibrate.ts';
import { profileSchema } from '../../../workloads/profile-schema.ts';

const conditions = { ratePerSecond: 200, recordBytes: 200, pollIntervalMs: 100, durationMs: 2000, seed: 1 };
const optionsFor = (target: CalibrateOptions['target'], more: Partial<CalibrateOptions> = {}): CalibrateOptions => ({
  target,
  targetName: 'test',
  conditions,
  probes: undefined,
  onStage: () => {},
  onLeftBehind: () => {},
  ...more,
});

describe('a calibration', () => {
  test('finds the latency of a noop target, and no polling', async () => {
    const target = { kind: 'noop', delay: { lognormal: { p50: '20ms', p99: '80ms' } } };
    const { profile, failure } = await calibrate(optionsFor(target));
    expect(failure).toBeUndefined();
    expect(profileSchema.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
    expect(profile.polling).toBeNull();
    if (profile.put === null || typeof profile.fanOut === 'string') throw new Error('no latencies');
    const medianMs = profile.put.quantiles.find(({ p }) => p >= 0.5)!.ms;
    expect(medianMs).toBeGreaterThan(15);
    expect(medianMs).toBeLessThan(30);
    expect(profile.fanOut?.draws?.w1OverMean).toBeLessThan(0.05);
  });

  test('keeps the measured parts of a target that fails during it', async () => {
    const engine = await Engine.open({ streams: { orders: 2 } });
    const { url } = await engine.serve();
    const target = { kind: 'kinesis', stream: 'orders', endpoint: url };
    const probes = { overloadRecordsPerSecond: 500, overloadBytesPerSecond: 5e5, durationMs: 1000 };
    const onStage = (text: string) => {
      if (text.startsWith('records:')) void engine.close();
    };
    const { profile, failure } = await calibrate(optionsFor(target, { probes, onStage }));
    expect(failure?.exitCode).toBe(3);
    expect(profile.incomplete).toContain('RUNNER_TARGET_FAILED');
    expect(profile.put).not.toBeNull();
    expect(profile.polling).not.toBeNull();
    expect(profile.limits).toBeNull();
  });

  test('fails for a target that cannot be reached', async () => {
    const target = { kind: 'kinesis', stream: 'orders', endpoint: 'http://127.0.0.1:9' };
    await expect(calibrate(optionsFor(target))).rejects.toThrow('RUNNER_TARGET_FAILED');
  });
});
