import { cellOf, SCHEDULE_LAG } from '../recorder/cells.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';

/**
 * Records the lateness of a batch for each record that is handed over for the first time. Records of one phase are adjacent.
 * @returns how many they are.
 */
export function recordLag(batch: OutgoingBatch, lagNs: number, recorder: Recorder, shardCount: number): number {
  let first = 0;
  let phase = 0;
  let ofPhase = 0;
  for (let row = 0; row < batch.count; row++) {
    if (batch.attempts[row] !== 0) continue;
    if (batch.phase[row] !== phase && ofPhase > 0) {
      recorder.record(cellOf(phase, shardCount, shardCount), SCHEDULE_LAG, lagNs, ofPhase);
      ofPhase = 0;
    }
    phase = batch.phase[row]!;
    ofPhase += 1;
    first += 1;
  }
  if (ofPhase > 0) recorder.record(cellOf(phase, shardCount, shardCount), SCHEDULE_LAG, lagNs, ofPhase);
  return first;
}
