import { SDK_PRODUCERS } from '../plan/input/sdk-producers.ts';
import { keyWeightsOf } from '../simulation/key-weights.ts';
import type { Load } from '../simulation/load.ts';
import { simulate } from '../simulation/simulate.ts';
import { type Benchmark, holds, rowOf } from './benchmark.ts';

const SHARDS = 2000;
const SECONDS = 3600;
const RECORDS_PER_SECOND = 1e6;
const RECORD_BYTES = 400;
const KEYS = 1_000_000;
const PRODUCERS = 1000;
/** With this skew, the hottest key by itself brings its shard to the limit. */
const ZIPF_EXPONENT = 0.5;
const GOLDEN_RATIO = 0.6180339887498949;

/** One hour at internet scale, by counts, in its own process, so that its memory can be measured. */
export const planHour2000: Benchmark = {
  name: 'plan-hour-2000',
  title: 'simulating one hour of 1,000,000 records/s over 2,000 shards, a polling consumer and one with fan-out',
  onlyByName: true,
  run: async () => {
    const load = hourLoad();
    const startMs = performance.now();
    const { counts, consumers, method } = simulate(load, SHARDS, { seed: 1 });
    const seconds = (performance.now() - startMs) / 1e3;
    holds(method === 'rates', `the method is ${method}`);
    const room = 6 * Math.sqrt(load.records);
    holds(Math.abs(counts.due - load.records) < room, `${counts.due} records were due, not about ${load.records}`);
    holds(counts.accepted + counts.failed + counts.unsent === counts.due, 'records were lost or made up');
    holds(
      consumers.every(({ putToGet }) => putToGet.count === counts.accepted),
      'a consumer did not receive what was accepted',
    );
    const rssMiB = process.resourceUsage().maxRSS / 1024;
    return [
      { ...rowOf('plan-hour-2000', 's', [seconds]), note: `${counts.throttledAttempts} attempts throttled` },
      rowOf('plan-hour-2000 memory', 'MiB RSS', [rssMiB]),
    ];
  },
};

/** Half the rate at the start and the end, half more than the rate in the middle. */
function hourLoad(): Load {
  const recordsOfStep = Float64Array.from(
    { length: SECONDS },
    (_, second) => RECORDS_PER_SECOND * (1 - 0.5 * Math.cos((2 * Math.PI * second) / SECONDS)),
  );
  const records = recordsOfStep.reduce((sum, count) => sum + count, 0);
  const recordWeights = Float64Array.from({ length: KEYS }, (_, rank) => (rank + 1) ** -ZIPF_EXPONENT);
  return {
    name: 'an hour',
    durationNs: SECONDS * 1e9,
    records,
    bytes: records * RECORD_BYTES,
    rates: {
      stepNs: 1e9,
      recordsOfStep,
      bytesOfStep: recordsOfStep.map((count) => count * RECORD_BYTES),
      recordsPerBurst: 1,
    },
    keys: keyWeightsOf({
      // Spread evenly, as MD5 spreads keys.
      hashRatios: Float64Array.from({ length: KEYS }, (_, key) => ((key + 1) * GOLDEN_RATIO) % 1),
      recordWeights,
      byteWeights: recordWeights,
      nameOf: (key) => `key-${key}`,
    }),
    producers: { ...SDK_PRODUCERS, count: PRODUCERS },
    consumers: [
      { name: 'poller', kind: 'polling', intervalNs: 1e9 },
      { name: 'pushed', kind: 'fan-out' },
    ],
    notes: [],
  };
}
