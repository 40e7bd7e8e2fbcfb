import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PENDING, RecordBatch } from '../../../engine/log/record-batch.ts';
import { byteTable, textTable } from '../../../engine/log/text-table.ts';
import { Limiter, limiterBytes } from '../../../engine/twin/limits.ts';
import { fitLimit, type LimitModel, type LimitProbe, predictAccepted } from '../../../runners/calibrate/fit-limits.ts';
import { RandomStream, unitExponential } from '../../../workloads/random.ts';

const SECOND_NS = 1e9;

function constant(perSecond: number, fromNs: number, seconds: number): number[] {
  return Array.from({ length: perSecond * seconds }, (_, i) => Math.round(fromNs + ((i + 1) * SECOND_NS) / perSecond));
}

function poisson(perSecond: number, fromNs: number, seconds: number, seed: number): number[] {
  const random = new RandomStream(seed, 'probe');
  const times: number[] = [];
  for (let at = fromNs; ; ) {
    at += (unitExponential(random.uniform()) * SECOND_NS) / perSecond;
    if (at >= fromNs + seconds * SECOND_NS) return times;
    times.push(Math.round(at));
  }
}

/** Returns the probes of a calibration with the responses of a limit. */
function probesOf(model: LimitModel, otherOffset: LimitModel = model): LimitProbe[] {
  const overload = Float64Array.from(constant(2000, 2e9, 6));
  const around = Float64Array.from([...poisson(950, 2e9, 10, 3), ...constant(1050, 14e9, 10)]);
  return [
    { dueAtNs: overload, units: 1, acceptedBySecond: predictAccepted(overload, 1, model) },
    { dueAtNs: around, units: 1, acceptedBySecond: predictAccepted(around, 1, otherOffset) },
  ];
}

describe('the limit of a shard', () => {
  test.each([50, 200, 1000, 3000])('is a token bucket of depth %d', (depth) => {
    const fitted = fitLimit(probesOf({ kind: 'bucket', perSecond: 1000, depth }), 1000);
    expect(fitted.kind).toBe('bucket');
    expect(Math.abs(fitted.depth / depth - 1)).toBeLessThan(0.05);
    expect(fitted.missPerSecond).toBeLessThan(5);
    expect(fitted.otherMissPerSecond).toBeGreaterThan(2 * fitted.missPerSecond);
  });

  test.each([0, 0.3, 0.75])('is a fixed window, at an unknown offset of %d s', (offset) => {
    const window = { kind: 'window', perSecond: 1000, windowNs: SECOND_NS } as const;
    const probes = probesOf({ ...window, offsetNs: offset * SECOND_NS }, { ...window, offsetNs: 0.55 * SECOND_NS });
    const fitted = fitLimit(probes, 1000);
    expect(fitted.kind).toBe('window');
    expect(fitted.missPerSecond).toBeLessThan(fitted.otherMissPerSecond / 2);
  });
});

describe('a predicted limit', () => {
  const payloads = byteTable([new Uint8Array(99)]);

  /** Returns what the limiter of the engine accepts of the same schedule, by second. */
  function accepted(dueAtNs: Float64Array, limiter: Limiter): number[] {
    const bySecond: number[] = [];
    const batch = new RecordBatch(1, textTable(['k']), payloads, 0);
    const order = new Int32Array(1);
    for (const dueNs of dueAtNs) {
      batch.status[0] = PENDING;
      const second = Math.floor(dueNs / SECOND_NS);
      while (bySecond.length <= second) bySecond.push(0);
      bySecond[second]! += limiter.admit(0, dueNs, batch, order, 0, 1);
    }
    return bySecond;
  }

  test('accepts the same records as the engine, for buckets and windows', () => {
    const depths = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(depths, fc.integer({ min: 50, max: 400 }), fc.boolean(), fc.nat(), (depth, rate, isWindow, seed) => {
        const due = Float64Array.from(poisson(rate, 0, 4, seed));
        const perSecond = 200;
        const model: LimitModel = isWindow
          ? { kind: 'window', perSecond, windowNs: SECOND_NS, offsetNs: 0 }
          : { kind: 'bucket', perSecond, depth };
        const limits = { recordsPerSecond: perSecond, bytesPerSecond: 1e9, burstBytes: 1e9 };
        const burst = isWindow ? { burstRecords: perSecond, windowSeconds: 1 } : { burstRecords: depth };
        const limiter = new Limiter(new SharedArrayBuffer(limiterBytes(1)), { ...limits, ...burst });
        expect(predictAccepted(due, 1, model)).toEqual(accepted(due, limiter));
      }),
      { numRuns: 40 },
    );
  });
});
