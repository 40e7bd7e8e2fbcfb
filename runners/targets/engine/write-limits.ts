import { awsLimits, type ShardLimits } from '../../../engine/twin/limits.ts';
import type { EngineTargetSpec } from '../../../workloads/targets/engine.ts';

/** Returns what each shard accepts; undefined without a limit. */
export function writeLimitsOf({ limits, maxRecordBytes }: EngineTargetSpec): ShardLimits | undefined {
  if (limits === 'none') return undefined;
  if (limits === 'aws') return awsLimits(maxRecordBytes);
  const { bytesPerSecond, recordsPerSecond, windowSeconds, readBytesPerSecond, readCallsPerSecond } = limits;
  const burstSeconds = windowSeconds ?? limits.burstSeconds;
  const { burstRecords, burstBytes } =
    windowSeconds === undefined ? limits : { burstRecords: undefined, burstBytes: undefined };
  return {
    bytesPerSecond,
    recordsPerSecond,
    // A smaller burst would throttle the largest record for ever.
    burstBytes: Math.max(burstBytes ?? bytesPerSecond * burstSeconds, maxRecordBytes),
    burstRecords: Math.max(1, burstRecords ?? recordsPerSecond * burstSeconds),
    windowSeconds,
    readBytesPerSecond,
    readCallsPerSecond,
  };
}
