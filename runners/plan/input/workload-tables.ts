import { createKeyTable } from '../../../workloads/keys.ts';
import { createPayloadPool, POOL_PAYLOADS, stratifiedSizes } from '../../../workloads/payloads.ts';
import { loadReplay, type Replay } from '../../../workloads/replay.ts';
import { envelopeBytesOf, maxRecordBytesOf } from '../../../workloads/resolve-target.ts';
import type { Scenario, Workload } from '../../../workloads/scenario.ts';
import { hashRatioOf } from '../../simulation/hash-ratio.ts';

/** A workload's keys and payloads as far as shards and limits see them. */
export interface WorkloadTables {
  readonly workload: Workload;
  readonly replay: Replay | undefined;
  /** By key: where it lies in the hash-key space, and its length. */
  readonly hashRatios: Float64Array;
  readonly keyBytes: Uint16Array;
  /** By payload of the workload's pool: its length as the target stores it. */
  readonly payloadBytes: Int32Array;
  keyText(key: number): string;
}

/** @throws ScenarioError when a recording changed or was deleted since the scenario was resolved. */
export function workloadTables(workload: Workload, { seed, target }: Scenario): WorkloadTables {
  const envelopeBytes = envelopeBytesOf(target);
  const isSized = workload.payload.kind === 'size';
  const contentMaxBytes = maxRecordBytesOf(target) - (isSized ? 0 : envelopeBytes);
  const replay = loadReplay(workload, contentMaxBytes);
  const { count, words, offsets, lengths } = createKeyTable(workload, replay);
  const keys = new Uint8Array(words.buffer);
  const startOf = (key: number) => offsets[key]! * Int32Array.BYTES_PER_ELEMENT;
  const hashRatios = new Float64Array(count);
  for (let key = 0; key < count; key++) hashRatios[key] = hashRatioOf(keys, startOf(key), lengths[key]!);
  return {
    workload,
    replay,
    hashRatios,
    keyBytes: lengths,
    payloadBytes: payloadLengths(workload, seed, contentMaxBytes, replay).map((bytes) =>
      isSized ? Math.max(bytes, envelopeBytes) : bytes + envelopeBytes,
    ),
    keyText: (key) => Buffer.from(keys.subarray(startOf(key), startOf(key) + lengths[key]!)).toString(),
  };
}

/** Lengths of the payloads of the pool that a run makes; the bytes of sized payloads are not needed for them. */
function payloadLengths(
  workload: Workload,
  seed: number,
  contentMaxBytes: number,
  replay: Replay | undefined,
): Int32Array {
  const { payload } = workload;
  if (payload.kind !== 'size')
    return Int32Array.from(createPayloadPool(workload, seed, contentMaxBytes, replay).lengths);
  return stratifiedSizes(payload.size, POOL_PAYLOADS).map((bytes) => Math.min(bytes, contentMaxBytes));
}
