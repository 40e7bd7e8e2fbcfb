import { createPayloadPool } from '../../workloads/payloads.ts';
import { loadReplay } from '../../workloads/replay.ts';
import type { Workload } from '../../workloads/scenario.ts';
import { expectedRecords, scheduleEndNs } from '../../workloads/schedule.ts';

/** Sizes of the records that a run makes of a workload, without their keys. */
export interface RecordSizes {
  readonly bytes: readonly number[];
  /** Expected records of each size in the list. */
  readonly recordsOfEach: number;
}

interface SizeLimits {
  readonly recordBytesMax: number;
  /** Bytes that the target adds before the content of templates and recordings; sizes include them. */
  readonly envelopeBytes: number;
}

/** Reads recordings. */
export function recordSizes(
  workload: Workload,
  seed: number,
  { recordBytesMax, envelopeBytes }: SizeLimits,
): RecordSizes {
  const records = expectedRecords(workload, 0, scheduleEndNs([workload]));
  const isSized = workload.payload.kind === 'size';
  const contentBytesMax = recordBytesMax - (isSized ? 0 : envelopeBytes);
  const { lengths } = createPayloadPool(workload, seed, contentBytesMax, loadReplay(workload, contentBytesMax));
  const bytes = Array.from(lengths, (length) => (isSized ? Math.max(length, envelopeBytes) : length + envelopeBytes));
  return { bytes, recordsOfEach: records / Math.max(1, bytes.length) };
}
