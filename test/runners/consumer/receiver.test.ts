import { expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { type Composition, compositionOf } from '../../../reports/result/composition.ts';
import { consumerCells, createConsumerRecorder, RecordingReceiver } from '../../../runners/consumer/receiver.ts';
import { PUT_TO_GET } from '../../../runners/recorder/cells.ts';
import { RecorderDrain } from '../../../runners/recorder/recorder.ts';
import { compositionOfRecords } from '../../reports/composed.ts';

const MS = 1e6;
const SHARDS = 2;
const PHASES = [
  { startNs: 0, durationNs: 1000 * MS },
  { startNs: 1000 * MS, durationNs: 1000 * MS },
];

function setUp() {
  const { firstCells, cellCount } = consumerCells([PHASES.length], SHARDS);
  const recorder = createConsumerRecorder(cellCount);
  const expected = [new Int32Array(1)];
  const receiver = new RecordingReceiver({
    shardCount: SHARDS,
    sources: [{ workload: 0, phases: PHASES }],
    firstCells,
    expected,
    keysMove: false,
    recorder,
  });
  let number = 0;
  /** Records of one claim, by their intended times. */
  const claim = (shard: number, handedOverAtNs: number, nowNs: number, intendedAtNs: readonly number[]) => {
    receiver.begin(shard, handedOverAtNs, handedOverAtNs, nowNs);
    for (const ns of intendedAtNs) receiver.receive(0, 0, number++, ns, 100);
    receiver.end();
  };
  const compositions = () => {
    receiver.recorder.finish(1);
    const byCell = new Map<number, Composition>();
    new RecorderDrain(recorder).drain((_from, { cell, classSums, forEachSlot }) => {
      const putToGet = new Histogram();
      forEachSlot(PUT_TO_GET, (slot, count) => putToGet.addSlot(slot, count));
      byCell.set(cell, compositionOf(putToGet, classSums));
    });
    return byCell;
  };
  return { claim, compositions };
}

test('a receiver separates the waits of records before and after their hand-over', () => {
  const { claim, compositions } = setUp();
  // Handed over at 500 ms and received at 570 ms: intended 500, 200 and 499.9 ms.
  claim(0, 500 * MS, 570 * MS, [500 * MS, 200 * MS, 499.9 * MS]);
  const records = [70, 370, 70.1].map((ms) => ({ putToGetNs: Math.round(ms * MS), afterNs: 70 * MS }));
  expect(compositions()).toEqual(new Map([[0, compositionOfRecords(records)]]));
});

test('a receiver keeps phases and shards apart, and adds claims up', () => {
  const { claim, compositions } = setUp();
  claim(0, 900 * MS, 910 * MS, [900 * MS, 890 * MS]);
  claim(1, 1000 * MS, 1010 * MS, [999 * MS, 1000 * MS]);
  claim(0, 900 * MS, 930 * MS, [880 * MS]);
  const compositionOf = (...all: readonly (readonly [number, number])[]) =>
    compositionOfRecords(all.map(([ms, after]) => ({ putToGetNs: ms * MS, afterNs: after * MS })));
  expect(compositions()).toEqual(
    new Map([
      [0, compositionOf([10, 10], [20, 10], [50, 30])],
      [1, compositionOf([11, 10])],
      [4, compositionOf([10, 10])],
    ]),
  );
});

test('a receiver takes claims of any size', () => {
  const { claim, compositions } = setUp();
  const intended = Array.from({ length: 5000 }, (_, index) => index * 1000);
  claim(0, 20 * MS, 21 * MS, intended);
  const records = intended.map((ns) => ({ putToGetNs: 21 * MS - ns, afterNs: MS }));
  expect(compositions().get(0)).toEqual(compositionOfRecords(records));
});

test('a receiver counts fractions of a nanosecond for nothing, and never more after the hand-over than in all', () => {
  const { claim, compositions } = setUp();
  // The second is received before it was intended, as clocks of two threads may show; its histogram has it at 0.
  claim(0, 500.25, 2000.75, [100.5, 3000]);
  const records = [
    { putToGetNs: 1900, afterNs: 1500 },
    { putToGetNs: 0, afterNs: 0 },
  ];
  expect(compositions().get(0)).toEqual(compositionOfRecords(records));
});
