import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../reports/histogram/histogram.ts';
import type { Interval } from '../../../reports/result/result.ts';
import { mergedHistogram } from '../../../reports/summary/cells.ts';
import {
  ACK_LATENCY,
  ACKED,
  PRODUCER_COUNTER_COUNT,
  PRODUCER_SPAN_COUNT,
  SCHEDULED,
} from '../../../runners/recorder/cells.ts';
import { Collector } from '../../../runners/recorder/collector.ts';
import { createRecorder, Recorder } from '../../../runners/recorder/recorder.ts';
import { exampleScenario } from '../../reports/example-result.ts';

const SECOND = 1e9;
const SHARDS = 2;

/** Two producers of one workload with two phases, without consumers. */
function setUp() {
  const scenario = { ...exampleScenario({ steadySeconds: 8 }), consumers: [] };
  const handles = [0, 1].map(() => createRecorder(2 * (SHARDS + 1), PRODUCER_SPAN_COUNT, PRODUCER_COUNTER_COUNT));
  const owners = handles.map((recorder) => ({ recorder, consumer: undefined, firstCells: [0] }));
  const collector = new Collector(scenario, { shardCount: SHARDS, shardCapacity: SHARDS }, owners);
  const seconds: Interval[] = [];
  const look = (nowNs: number) => {
    collector.drain();
    collector.closeSeconds(nowNs, (second) => seconds.push(second));
  };
  return { collector, seconds, look, producers: handles.map((handle) => new Recorder(handle)) };
}

const acked = (recorder: Recorder, count: number) => recorder.count(0, ACKED, count);
const ackedIn = ({ cells }: Interval) =>
  cells.reduce((sum, cell) => sum + (cell.kind === 'producer' ? cell.counts.acked : 0), 0);

describe('a collector', () => {
  test('delivers a second as soon as every worker has handed it over', () => {
    const { seconds, look, producers } = setUp();
    for (const producer of producers) acked(producer, 5);
    look(0.9 * SECOND);
    producers[0]!.turn(1.01 * SECOND);
    look(1.02 * SECOND);
    expect(seconds).toEqual([]);
    producers[1]!.turn(1.03 * SECOND);
    look(1.05 * SECOND);
    expect(seconds.map(ackedIn)).toEqual([10]);
    expect(seconds[0]).toMatchObject({ startNs: 0, endNs: SECOND });
  });

  test('counts the late values of a worker in a later second, shards included', () => {
    const { collector, seconds, look, producers } = setUp();
    const [quick, late] = producers as [Recorder, Recorder];
    acked(late, 7);
    for (let second = 1; second <= 5; second++) {
      acked(quick, 1);
      quick.turn(second * SECOND + 1e6);
      look(second * SECOND + 2e6);
    }
    expect(seconds.map(ackedIn)).toEqual([1, 1, 1]);
    late.turn(5.5 * SECOND);
    look(5.6 * SECOND);
    for (const producer of producers) producer.finish(6 * SECOND);
    look(6 * SECOND + 1e6);
    const all = [...seconds, ...collector.series(6 * SECOND)];
    const sums = all.map(ackedIn);
    expect(sums.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(sums.slice(0, 3)).toEqual([1, 1, 1]);
    const inShards = all.flatMap(({ shards }) => shards).reduce((sum, shard) => sum + shard.acked, 0);
    expect(inShards).toBe(12);
  });

  test('passes on histograms that add up to the totals, and uses their memory again for later seconds', () => {
    const { collector, producers } = setUp();
    const sum = new Histogram();
    const seconds: Interval[] = [];
    for (let second = 1; second <= 9; second++) {
      for (const producer of producers) {
        acked(producer, 1);
        producer.record(0, ACK_LATENCY, second * 1000);
        producer.turn(second * SECOND + 1e6);
      }
      collector.drain();
      collector.closeSeconds(second * SECOND + 2e6, (interval) => {
        for (const cell of interval.cells) if (cell.kind === 'producer') sum.merge(cell.histograms.ackLatency);
        seconds.push(interval);
      });
    }
    const total = mergedHistogram(collector.cells(), 'ackLatency');
    expect(total.count).toBe(18);
    expect(sum.equals(total)).toBe(true);
    const counts = seconds.map(({ cells }) => mergedHistogram(cells, 'ackLatency').count);
    expect(counts).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 2]);
  });

  test('delivers empty seconds during the schedule, and after it only before one that is not empty', () => {
    const { collector, seconds, look, producers } = setUp();
    const turn = (atNs: number) => {
      for (const producer of producers) producer.turn(atNs);
      look(atNs + 1e6);
    };
    for (let second = 1; second <= 14; second++) turn(second * SECOND + 1e6);
    expect(seconds).toHaveLength(10);
    producers[0]!.count(0, SCHEDULED, 1);
    turn(15 * SECOND + 1e6);
    expect(seconds.map(({ startNs }) => startNs / SECOND)).toEqual(Array.from({ length: 15 }, (_, index) => index));
    expect(collector.series(15.5 * SECOND)).toEqual([]);
  });
});
