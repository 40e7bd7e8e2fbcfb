import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import { HIGHEST_NS } from '../../../reports/histogram/slots.ts';
import { createRecorder, Recorder, RecorderDrain } from '../../../runners/recorder/recorder.ts';

function setUp() {
  const handle = createRecorder(3, 2, 2);
  return { handle, recorder: new Recorder(handle), drain: new RecorderDrain(handle) };
}

function taken(drain: RecorderDrain) {
  const cells: { fromNs: number; cell: number; counters: number[]; clamped: number[]; histograms: Histogram[] }[] = [];
  drain.drain((fromNs, { cell, counters, clamped, forEachSlot }) => {
    const histograms = [0, 1].map((span) => {
      const histogram = new Histogram();
      forEachSlot(span, (slot, count) => histogram.addSlot(slot, count));
      return histogram;
    });
    cells.push({ fromNs, cell, counters: [...counters], clamped: [...clamped], histograms });
  });
  return cells;
}

describe('a recorder', () => {
  test('keeps cells, spans and counters apart', () => {
    const { recorder, drain } = setUp();
    recorder.record(0, 0, 1000);
    recorder.count(0, 0, 1);
    recorder.record(2, 1, 5000, 7);
    recorder.count(2, 1, 7);
    recorder.finish(1);
    const [first, third] = taken(drain);
    expect(first).toMatchObject({ cell: 0, counters: [1, 0] });
    expect(first?.histograms.map(({ count }) => count)).toEqual([1, 0]);
    expect(third).toMatchObject({ cell: 2, counters: [0, 7] });
    expect(third?.histograms[1]?.count).toBe(7);
  });

  test('hands over at each full second the values recorded before it', () => {
    const { recorder, drain } = setUp();
    recorder.record(0, 0, 10);
    recorder.count(0, 0, 1);
    expect(recorder.turn(0.9e9)).toBe(false);
    expect(taken(drain)).toEqual([]);
    expect(recorder.turn(1.1e9)).toBe(true);
    recorder.record(0, 0, 20, 2);
    recorder.count(0, 0, 2);
    expect(taken(drain)).toMatchObject([{ fromNs: 0, counters: [1, 0] }]);
    expect(recorder.turn(2e9)).toBe(true);
    expect(taken(drain)).toMatchObject([{ fromNs: 1e9, counters: [2, 0] }]);
  });

  test('lengthens the interval while the other half is not emptied, and loses nothing', () => {
    const { recorder, drain } = setUp();
    const oneMore = () => {
      recorder.record(0, 0, 10);
      recorder.count(0, 0, 1);
    };
    oneMore();
    recorder.turn(1e9);
    oneMore();
    expect(recorder.turn(2e9)).toBe(false);
    oneMore();
    const cells = taken(drain);
    expect(recorder.turn(2.1e9)).toBe(true);
    recorder.finish(2.2e9);
    cells.push(...taken(drain));
    expect(cells.reduce((sum, { counters }) => sum + counters[0]!, 0)).toBe(3);
    expect(cells.reduce((sum, { histograms }) => sum + histograms[0]!.count, 0)).toBe(3);
  });

  test('moves values out of range to its ends and counts them', () => {
    const { recorder, drain } = setUp();
    recorder.record(0, 0, -5);
    recorder.record(0, 0, HIGHEST_NS * 2, 3);
    recorder.record(0, 0, Number.NaN);
    recorder.count(0, 0, 5);
    recorder.finish(1);
    const [cell] = taken(drain);
    expect(cell?.clamped).toEqual([5, 0]);
    expect(cell?.histograms[0]?.count).toBe(5);
    expect(cell?.histograms[0]?.minNs).toBe(0);
  });

  test('has sums by class in its own half, and none where they are not configured', () => {
    const handle = createRecorder(2, 1, 1, { byClass: true });
    const recorder = new Recorder(handle);
    const drain = new RecorderDrain(handle);
    const sums: number[][] = [];
    const take = () => drain.drain((_from, { classSums }) => sums.push([...classSums].filter((sum) => sum > 0)));
    for (let second = 1; second <= 4; second++) {
      recorder.recordComposed(1, 0, Float64Array.of(5000, 5001 * second, 77), 2, 1000);
      recorder.count(1, 0, 2);
      recorder.turn(second * 1e9);
      take();
    }
    expect(sums).toEqual([
      [10_001, 2000],
      [5000, 1000, 10_002, 1000],
      [5000, 1000, 15_003, 1000],
      [5000, 1000, 20_004, 1000],
    ]);
    expect(setUp().handle.classSums.byteLength).toBe(0);
  });

  test('moves values out of range to its ends in their class too, and counts them', () => {
    const handle = createRecorder(1, 1, 1, { byClass: true });
    const recorder = new Recorder(handle);
    recorder.recordComposed(0, 0, Float64Array.of(-5, HIGHEST_NS * 2, Number.NaN), 3, 7);
    recorder.count(0, 0, 3);
    recorder.finish(1);
    new RecorderDrain(handle).drain((_from, { clamped, classSums }) => {
      expect([...clamped]).toEqual([3]);
      expect([...classSums].filter((sum) => sum > 0)).toEqual([HIGHEST_NS, 7]);
    });
  });

  test('leaves nothing behind for the next interval', () => {
    const { recorder, drain } = setUp();
    for (let second = 1; second <= 4; second++) {
      recorder.record(1, 0, second * 1000);
      recorder.count(1, 0, 1);
      recorder.turn(second * 1e9);
      expect(taken(drain)).toMatchObject([{ cell: 1, counters: [1, 0] }]);
    }
  });
});
