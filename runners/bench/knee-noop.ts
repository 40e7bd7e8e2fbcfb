import { kneeOf } from '../../reports/knee/knee.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runKnee } from '../knee/run-knee.ts';
import { type Benchmark, holds, rowOf, WrongResult } from './benchmark.ts';

const SEEDS = 10;
const SERVICE_NS = 20e3;
const CAPACITY_PER_SECOND = 1e9 / SERVICE_NS;
const ERROR_MAX_RATIO = 0.02;
const ATTEMPTS_MAX = 4;

/**
 *   search -> trial (run on the noop target) -> search ...      one server, 20 us a record: exactly 50,000 records/s
 *
 * Ten seeds differ in the rates that are tried and in the keys. What must hold: within 2 % of the true capacity, and never above it.
 */
export const kneeNoop: Benchmark = {
  name: 'knee-noop',
  title: 'the knee of a noop target whose capacity is known, 10 seeds',
  onlyByName: true,
  run: async () => {
    const errors: number[] = [];
    const foundRates: number[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const found = await searchUntilDone(seed);
      const error = found / CAPACITY_PER_SECOND - 1;
      errors.push(-100 * error);
      foundRates.push(found);
    }
    holds(Math.min(...errors) >= 0, `a seed found more than the capacity: ${foundRates.join(', ')}`);
    holds(Math.max(...errors) <= 100 * ERROR_MAX_RATIO, `a seed is further than 2 % below: ${foundRates.join(', ')}`);
    return [rowOf('knee-noop', 'records/s', foundRates), rowOf('knee-noop-error', '% below', errors)];
  },
};

/** A search that a busy machine prevented from ending has no result. It is neither right nor wrong: it is printed and repeated. */
async function searchUntilDone(seed: number): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const { knee, trials, seconds, invalid } = await search(seed);
    const found = knee.sustainablePerSecond ?? 0;
    const error = (100 * (found / CAPACITY_PER_SECOND - 1)).toFixed(2);
    const outcome = knee.kind === 'found' ? `found ${Math.floor(found)}/s, error ${error} %` : 'machine too busy';
    process.stderr.write(
      `seed ${seed}: ${outcome}, ${trials} trials (${invalid} invalid) in ${seconds.toFixed(0)} s\n`,
    );
    if (knee.kind === 'found') return found;
    holds(found <= CAPACITY_PER_SECOND, `seed ${seed} has ${found}/s before its end`);
  }
  throw new WrongResult(`seed ${seed} was not carried through in ${ATTEMPTS_MAX} attempts: the machine is too busy`);
}

async function search(seed: number) {
  const startMs = performance.now();
  const { searches, ending } = await runKnee([{ shards: 4, scenario: scenarioOf(seed) }], {
    // Loose, so that the backlog decides, and a thread that is late for milliseconds does not make a trial invalid.
    objectives: ['putToGet.p50 < 1s'],
    trialNs: 2e9,
    warmUpNs: 0.5e9,
    resolutionRatio: 0.005,
    confirmations: 5,
    skipsDescent: true,
    maxDurationNs: 20 * 60e9,
  });
  const [{ trials, rules, knee }] = searches as [(typeof searches)[number]];
  holds(ending === 'completed', `seed ${seed} ended ${ending}`);
  holds(
    kneeOf(rules, trials).sustainablePerSecond === knee.sustainablePerSecond,
    'the knee does not follow from its trials',
  );
  const invalid = trials.filter(({ measured }) => measured.invalidCodes.length > 0).length;
  const seconds = (performance.now() - startMs) / 1e3;
  return { knee, trials: trials.length, seconds, invalid };
}

function scenarioOf(seed: number): Scenario {
  return {
    name: 'knee-noop',
    seed,
    target: {
      kind: 'noop',
      shards: 4,
      delay: { kind: 'none' },
      stalls: [],
      queue: { servers: 1, serviceNs: SERVICE_NS },
    },
    workloads: [
      {
        name: 'load',
        arrivals: { kind: 'constant' },
        phases: [
          {
            name: 'steady',
            startNs: 0,
            durationNs: 10e9,
            fromPerSecond: 10_000,
            toPerSecond: 10_000,
            recorded: true,
          },
        ],
        keys: { kind: 'uniform', count: 1000 },
        payload: { kind: 'size', size: { kind: 'fixed', bytes: 100 }, randomRatio: 1 },
        producers: {
          count: 1,
          batch: { records: 50, bytes: 1e6, lingerNs: 1e6 },
          inFlight: 64,
          whenBusy: 'wait',
          retry: { attempts: 1, baseNs: 1e8, capNs: 1e9 },
        },
      },
    ],
    consumers: [{ name: 'reader', kind: 'fan-out' }],
    thresholds: [],
    drainNs: 5e9,
  };
}
