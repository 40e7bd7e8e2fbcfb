import { hashKey } from '../../engine/routing/hash-key.ts';
import { evenShardMap, shardOfHash } from '../../engine/routing/shard-map.ts';
import { createKeyChooser, createKeyTable, type KeyTable } from '../../workloads/keys.ts';
import { createPayloadPool } from '../../workloads/payloads.ts';
import { loadReplay, type Replay } from '../../workloads/replay.ts';
import { envelopeBytesOf, maxRecordBytesOf } from '../../workloads/resolve-target.ts';
import type { Scenario, Workload } from '../../workloads/scenario.ts';
import { expectedRecords, scheduleEndNs } from '../../workloads/schedule.ts';

/** Enough to find the share of the busiest shard within about one percentage point. */
const SAMPLED_RECORDS = 20_000;

/** Load of a workload, without its times. */
export interface WorkloadLoad {
  readonly payloadMeanBytes: number;
  /** Mean size of a record as AWS counts it: partition key and data. */
  readonly recordMeanBytes: number;
  /** Share of the records that each shard receives; empty if the number of shards is not known. */
  readonly shardShares: readonly number[];
}

/** The load of the records that the workload sends first: their keys, and the payloads that they are drawn from. */
export function workloadLoad(workload: Workload, scenario: Scenario, shards: number | null): WorkloadLoad {
  const { seed, target } = scenario;
  const envelopeBytes = envelopeBytesOf(target);
  const isSized = workload.payload.kind === 'size';
  const contentMaxBytes = maxRecordBytesOf(target) - (isSized ? 0 : envelopeBytes);
  const replay = loadReplay(workload, contentMaxBytes);
  const { lengths } = createPayloadPool(workload, seed, contentMaxBytes, replay);
  let payloadBytes = 0;
  for (const bytes of lengths) payloadBytes += isSized ? Math.max(bytes, envelopeBytes) : bytes + envelopeBytes;
  const payloadMeanBytes = payloadBytes / Math.max(1, lengths.length);
  const { keyMeanBytes, shardShares } = sampleKeys(workload, seed, replay, shards);
  return { payloadMeanBytes, recordMeanBytes: payloadMeanBytes + keyMeanBytes, shardShares };
}

function sampleKeys(workload: Workload, seed: number, replay: Replay | undefined, shards: number | null) {
  const due = Math.ceil(expectedRecords(workload, 0, scheduleEndNs([workload])));
  const sampled = Math.min(SAMPLED_RECORDS, Math.max(1, due));
  const keys = createKeyTable(workload, replay);
  const chooseKey = createKeyChooser(workload, seed, replay);
  const shardOfKey = shards === null ? undefined : shardFinder(keys, shards);
  const counts = new Array<number>(shards ?? 0).fill(0);
  let keyBytes = 0;
  for (let recordIndex = 0; recordIndex < sampled; recordIndex++) {
    const key = chooseKey(recordIndex);
    keyBytes += keys.lengths[key]!;
    if (shardOfKey !== undefined) counts[shardOfKey(key)]! += 1;
  }
  return { keyMeanBytes: keyBytes / sampled, shardShares: counts.map((count) => count / sampled) };
}

/** Shards have even ranges of the hash keys, as a new stream has. */
function shardFinder({ words, offsets, lengths }: KeyTable, shards: number): (key: number) => number {
  const bytes = new Uint8Array(words.buffer);
  const map = evenShardMap(shards);
  const hash = new Uint32Array(4);
  const found = new Map<number, number>();
  return (key) => {
    const known = found.get(key);
    if (known !== undefined) return known;
    hashKey(bytes, offsets[key]! * Int32Array.BYTES_PER_ELEMENT, lengths[key]!, hash);
    const shard = shardOfHash(map, hash);
    found.set(key, shard);
    return shard;
  };
}
