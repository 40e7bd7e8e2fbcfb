import { expect, test } from 'vitest';
import { scratchTable } from '../../../engine/log/record-batch.ts';
import { OutgoingBatch } from '../../../runners/producer/outgoing-batch.ts';
import { recordLag } from '../../../runners/producer/record-lag.ts';
import { PRODUCER_COUNTER_COUNT, PRODUCER_SPAN_COUNT, SCHEDULE_LAG } from '../../../runners/recorder/cells.ts';
import { createRecorder, Recorder, RecorderDrain } from '../../../runners/recorder/recorder.ts';

test('each record of a batch has its lateness once, in its phase, and a retried one has none', () => {
  const table = scratchTable(1, 8);
  const batch = new OutgoingBatch(0, 10, table, table, 0);
  batch.open(0);
  for (const phase of [0, 0, 1, 1, 1]) batch.add(phase, 0, 0, 0, 0);
  batch.attempts[1] = 2;
  const handle = createRecorder(4, PRODUCER_SPAN_COUNT, PRODUCER_COUNTER_COUNT);
  const recorder = new Recorder(handle);
  // One shard, so that a phase has two cells, and the second is of records without a shard.
  expect(recordLag(batch, 1000, recorder, 1)).toBe(4);
  recorder.finish(1);
  const counts = new Map<number, number>();
  new RecorderDrain(handle).drain((_from, cell) => {
    cell.forEachSlot(SCHEDULE_LAG, (_slot, count) => counts.set(cell.cell, (counts.get(cell.cell) ?? 0) + count));
  });
  expect(Object.fromEntries(counts)).toEqual({ 1: 1, 3: 3 });
});
