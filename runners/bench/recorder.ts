import { uniformAt } from '../../workloads/random.ts';
import { createRecorder, Recorder, RecorderDrain } from '../recorder/recorder.ts';
import { type Benchmark, holds, rowOf } from './benchmark.ts';

const ROUND = 10_000;
const ROUNDS = 300;
const REPEATS = 7;
/** Over a stretch too short for the collector to hide anything: a number object for each value would take ten times as much. */
const ALLOCATION_ROUNDS = 20;
const ALLOCATION_LIMIT_BYTES = 256 * 1024;

/** Values spread as latencies are: from a microsecond to a second, every magnitude alike. */
const values = Float64Array.from({ length: ROUND }, (_, i) => 1e3 * 1e6 ** uniformAt(1, i));

export const recordValue: Benchmark = {
  name: 'record-value',
  title: 'one value into one histogram',
  run: async () => {
    const handle = createRecorder(1, 1, 1);
    const recorder = new Recorder(handle);
    const round = () => {
      for (let i = 0; i < ROUND; i++) recorder.record(0, 0, values[i]!);
    };
    for (let i = 0; i < ROUNDS; i++) round();
    const nsEach: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const from = performance.now();
      for (let i = 0; i < ROUNDS; i++) round();
      nsEach.push(((performance.now() - from) * 1e6) / (ROUND * ROUNDS));
    }
    const heapBefore = process.memoryUsage().heapUsed;
    for (let i = 0; i < ALLOCATION_ROUNDS; i++) round();
    const allocated = process.memoryUsage().heapUsed - heapBefore;
    holds(
      allocated < ALLOCATION_LIMIT_BYTES,
      `${allocated} bytes were allocated for ${ALLOCATION_ROUNDS * ROUND} values`,
    );
    recorder.count(0, 0, 1);
    recorder.finish(1);
    let recorded = 0;
    new RecorderDrain(handle).drain((_from, cell) =>
      cell.forEachSlot(0, (_slot, count) => {
        recorded += count;
      }),
    );
    holds(recorded === ((REPEATS + 1) * ROUNDS + ALLOCATION_ROUNDS) * ROUND, `${recorded} values are in the histogram`);
    return [rowOf('record-value', 'ns', nsEach)];
  },
};
