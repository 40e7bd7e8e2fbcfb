import { keyWeightsOf } from '../../simulation/key-weights.ts';
import type { KeyWeights } from '../../simulation/load.ts';
import { meanRecordBytes } from './scenario-rates.ts';
import type { WorkloadTables } from './workload-tables.ts';

/**
 * Returns the weights of a scenario's keys.
 * @param records expected records of each workload.
 */
export function scenarioKeys(workloads: readonly WorkloadTables[], records: readonly number[]): KeyWeights {
  const keyCount = workloads.reduce((sum, { hashRatios }) => sum + hashRatios.length, 0);
  const hashRatios = new Float64Array(keyCount);
  const recordWeights = new Float64Array(keyCount);
  const byteWeights = new Float64Array(keyCount);
  const firstKeys: number[] = [];
  let firstKey = 0;
  for (const [i, tables] of workloads.entries()) {
    firstKeys.push(firstKey);
    hashRatios.set(tables.hashRatios, firstKey);
    const own = isReplayedByKey(tables) ? replayedWeights(tables) : drawnWeights(tables);
    let sum = 0;
    for (const weight of own.records) sum += weight;
    for (let key = 0; key < own.records.length; key++) {
      recordWeights[firstKey + key] = (own.records[key]! / sum) * records[i]!;
      byteWeights[firstKey + key] = (own.bytes[key]! / sum) * records[i]!;
    }
    firstKey += tables.hashRatios.length;
  }
  const nameOf = (key: number) => {
    const workload = firstKeys.findLastIndex((first) => first <= key);
    return workloads[workload]!.keyText(key - firstKeys[workload]!);
  };
  return keyWeightsOf({ hashRatios, recordWeights, byteWeights, nameOf });
}

interface OwnWeights {
  readonly records: Float64Array;
  readonly bytes: Float64Array;
}

const isReplayedByKey = ({ workload, replay }: WorkloadTables): boolean =>
  workload.keys.kind === 'field' && workload.payload.kind === 'replay' && replay !== undefined;

/** Each record of the recording with its own key and its own length. */
function replayedWeights({ replay, keyBytes, payloadBytes }: WorkloadTables): OwnWeights {
  const records = new Float64Array(keyBytes.length);
  const bytes = new Float64Array(keyBytes.length);
  const keyIndexes = replay?.keyIndexes ?? new Int32Array(0);
  for (let i = 0; i < keyIndexes.length; i++) {
    const key = keyIndexes[i]!;
    records[key]! += 1;
    bytes[key]! += keyBytes[key]! + payloadBytes[i]!;
  }
  return { records, bytes };
}

/** Payloads are drawn independently of keys, so that every record of a key has the mean length. */
function drawnWeights(tables: WorkloadTables): OwnWeights {
  const records = formulaWeights(tables) ?? recordedWeights(tables);
  const meanBytes = meanRecordBytes(tables);
  return { records, bytes: records.map((weight) => weight * meanBytes) };
}

/** Undefined if the weights follow from the records of a recording. */
function formulaWeights({ workload: { keys }, hashRatios }: WorkloadTables): Float64Array | undefined {
  const count = hashRatios.length;
  switch (keys.kind) {
    case 'uniform':
    case 'sequential':
    case 'one':
      return new Float64Array(count).fill(1);
    case 'zipf':
      return Float64Array.from({ length: count }, (_, rank) => (rank + 1) ** -keys.exponent);
    case 'hot': {
      const { hotCount, hotShare } = keys;
      const coldWeight = (1 - hotShare) / (count - hotCount);
      return Float64Array.from({ length: count }, (_, key) => (key < hotCount ? hotShare / hotCount : coldWeight));
    }
    case 'shares': {
      const { shares, keysPerShard } = keys;
      return Float64Array.from({ length: count }, (_, key) => shares[key % shares.length]! / keysPerShard);
    }
    case 'field':
      return undefined;
  }
}

function recordedWeights({ replay, hashRatios }: WorkloadTables): Float64Array {
  const records = new Float64Array(hashRatios.length);
  for (const key of replay?.keyIndexes ?? []) records[key]! += 1;
  return records;
}
