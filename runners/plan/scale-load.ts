import { deriveSeed, uniformAt } from '../../workloads/random.ts';
import type { Load, RateLoad, RecordColumns } from '../simulation/load.ts';

/** Up to this ratio, single records are repeated or skipped. Above it, the load is drawn from its rates. */
const REPLAYED_RATIO_MAX = 4;

/**
 * The same load with so many times the records: the same times, keys and sizes. Keys stay as they are, so a hot key becomes hotter.
 * @param ratio above 0; 1 is the load itself.
 */
export function scaleLoad(load: Load, ratio: number, seed: number): Load {
  if (ratio === 1) return load;
  const { replay, ...rest } = load;
  const scaled = {
    ...rest,
    records: load.records * ratio,
    bytes: load.bytes * ratio,
    rates: scaleRates(load.rates, ratio),
  };
  if (replay === undefined || ratio > REPLAYED_RATIO_MAX) return scaled;
  return { ...scaled, replay: () => repeated(replay(), ratio, deriveSeed(seed, 'scale')) };
}

function scaleRates(rates: RateLoad, ratio: number): RateLoad {
  return {
    ...rates,
    recordsOfStep: rates.recordsOfStep.map((records) => records * ratio),
    bytesOfStep: rates.bytesOfStep.map((bytes) => bytes * ratio),
  };
}

/** Each record as often as the whole part of the ratio, and once more with the probability of the rest. */
function* repeated(chunks: Iterable<RecordColumns>, ratio: number, seed: number): Generator<RecordColumns> {
  const whole = Math.floor(ratio);
  const rest = ratio - whole;
  let recordIndex = 0;
  for (const chunk of chunks) {
    const room = chunk.count * (whole + 1);
    const dueAtNs = new Float64Array(room);
    const hashRatio = new Float64Array(room);
    const bytes = new Uint32Array(room);
    const producer = new Uint16Array(room);
    let count = 0;
    for (let row = 0; row < chunk.count; row++, recordIndex++) {
      const copies = whole + (uniformAt(seed, recordIndex) < rest ? 1 : 0);
      for (let copy = 0; copy < copies; copy++, count++) {
        dueAtNs[count] = chunk.dueAtNs[row]!;
        hashRatio[count] = chunk.hashRatio[row]!;
        bytes[count] = chunk.bytes[row]!;
        producer[count] = chunk.producer[row]!;
      }
    }
    yield { count, dueAtNs, hashRatio, bytes, producer };
  }
}
