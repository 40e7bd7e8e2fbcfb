import { expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { Producer } from '../../../runners/producer/producer.ts';
import { SCHEDULE_LAG } from '../../../runners/recorder/cells.ts';
import { RecorderDrain } from '../../../runners/recorder/recorder.ts';
import { planRun } from '../../../runners/run/run-plan.ts';
import { loadDriver, setUpTarget } from '../../../runners/targets/targets.ts';
import { STATS } from '../../../runners/threads/worker-stats.ts';
import { resolveScenario } from '../../../workloads/resolve.ts';

/** One producer on the test's own thread: `run` comes back when its load is made. */
async function produce(retryQueueLimit: number): Promise<(stat: keyof typeof STATS) => number> {
  const scenario = resolveScenario({
    name: 'retries',
    target: { kind: 'engine', shards: 1, limits: { bytes: '10MB/s', records: '2000/s', burst: '10ms' } },
    workloads: [
      {
        name: 'w',
        phases: [{ name: 'all', duration: '200ms', rate: '3000/s' }],
        keys: { uniform: true, count: 10 },
        payload: { size: '100B' },
        producers: { batch: { records: 20 }, retry: { attempts: 100, base: '5ms', cap: '10ms' } },
      },
    ],
  });
  const plan = planRun(scenario, await setUpTarget(scenario));
  const [task] = plan.producers;
  plan.control.start(Number(process.hrtime.bigint() - plan.baseNs));
  new Producer({ ...task!, retryQueueLimit }, await loadDriver(task!.target)).run();
  const stats = new Float64Array(task!.stats);
  return (stat) => stats[STATS[stat]]!;
}

test('a producer whose retry queue is full stops picking up, goes on retrying, and sends everything', async () => {
  const stat = await produce(5);
  expect(stat('throttled')).toBeGreaterThan(5);
  expect({ scheduled: stat('scheduled'), acked: stat('acked'), failed: stat('failed') }).toEqual({
    scheduled: 600,
    acked: 600,
    failed: 0,
  });
  expect(stat('heldBackNs')).toBeGreaterThan(0);
});

/** One call at a time with a response after 20 ms, and a higher load than that allows. */
async function produceTooFast(rate: string, whenBusy: 'wait' | 'drop') {
  const scenario = resolveScenario({
    name: 'slow',
    target: { kind: 'noop', delay: '20ms' },
    workloads: [
      {
        name: 'w',
        phases: [{ name: 'all', duration: '400ms', rate }],
        keys: { uniform: true, count: 10 },
        payload: { size: '100B' },
        producers: { batch: { records: 5 }, inFlight: 1, whenBusy },
      },
    ],
  });
  const plan = planRun(scenario, await setUpTarget(scenario));
  const [task] = plan.producers;
  plan.control.start(Number(process.hrtime.bigint() - plan.baseNs));
  new Producer(task!, await loadDriver(task!.target)).run();
  const stats = new Float64Array(task!.stats);
  return (stat: keyof typeof STATS) => stats[STATS[stat]]!;
}

test("time in which the target has every slot is the target's, also while the producer sleeps until a response", async () => {
  const stat = await produceTooFast('60/s', 'wait');
  expect(stat('acked')).toBe(24);
  // Each record is due while the call before it is open, by 3 ms, 7 ms, 10 ms and so on.
  expect(stat('heldBackNs')).toBeGreaterThan(50e6);
});

test('drops records that may not wait when they are due', async () => {
  const stat = await produceTooFast('500/s', 'drop');
  expect(stat('acked') + stat('dropped')).toBe(200);
  // One record a call, and at most 20 calls in the time.
  expect(stat('acked')).toBeLessThanOrEqual(30);
});

/** The producers' lateness, by the recorder, of a load that is held back once by a target with one slot. */
async function lagAfterStall(stall: { at: string; for: string }): Promise<{ lag: Histogram; heldBackNs: number }> {
  const scenario = resolveScenario({
    name: 'stall',
    target: { kind: 'noop', stalls: [stall] },
    workloads: [
      {
        name: 'w',
        phases: [{ name: 'all', duration: '400ms', rate: '300k/s' }],
        keys: { uniform: true, count: 10 },
        payload: { size: '100B' },
        producers: { batch: { records: 500 }, inFlight: 1 },
      },
    ],
  });
  const plan = planRun(scenario, await setUpTarget(scenario));
  const [task] = plan.producers;
  plan.control.start(Number(process.hrtime.bigint() - plan.baseNs));
  new Producer({ ...task!, spinNs: 100_000 }, await loadDriver(task!.target)).run();
  const lag = new Histogram();
  new RecorderDrain(task!.recorder).drain((_from, cell) => {
    cell.forEachSlot(SCHEDULE_LAG, (slot, count) => lag.addSlot(slot, count));
  });
  return { lag, heldBackNs: new Float64Array(task!.stats)[STATS.heldBackNs]! };
}

test("the time that a producer takes to catch up after the target's stall is not counted as its lateness", async () => {
  // 60,000 records are due in the stall, half of all. Handing them over takes several milliseconds. The best of some attempts
  // counts, because other programs make a producer late too.
  const medians: number[] = [];
  for (let attempt = 0; attempt < 6 && !medians.some((ns) => ns < 1e6); attempt++) {
    const { lag, heldBackNs } = await lagAfterStall({ at: '50ms', for: '200ms' });
    expect(lag.count).toBe(120_000);
    expect(heldBackNs).toBeGreaterThan(50e6);
    medians.push(lag.percentileNs(50));
  }
  expect(Math.min(...medians)).toBeLessThan(1e6);
});
