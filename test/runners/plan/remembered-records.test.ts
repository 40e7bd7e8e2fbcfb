import { describe, expect, it } from 'vitest';
import { rememberedRecords } from '../../../runners/plan/input/remembered-records.ts';
import type { RecordColumns } from '../../../runners/simulation/load.ts';

/** Three chunks of two records in the same columns, which are filled again for each chunk. */
function makerOf() {
  let times = 0;
  const columns = {
    dueAtNs: new Float64Array(4),
    hashRatio: new Float64Array(4),
    bytes: new Uint32Array(4),
    producer: new Uint16Array(4),
  };
  function* make(): Generator<RecordColumns> {
    times += 1;
    for (let chunk = 0; chunk < 3; chunk++) {
      columns.dueAtNs.fill(chunk);
      yield { count: 2, ...columns };
    }
  }
  return { make, times: () => times };
}

const timesOf = (records: Iterable<RecordColumns>) => {
  const times: number[] = [];
  for (const { count, dueAtNs } of records) times.push(...dueAtNs.subarray(0, count));
  return times;
};

describe('remembered records', () => {
  it('are made once and are the same each time', () => {
    const { make, times } = makerOf();
    const replay = rememberedRecords(make, 6);
    for (let i = 0; i < 3; i++) expect(timesOf(replay())).toEqual([0, 0, 1, 1, 2, 2]);
    expect(times()).toBe(1);
  });

  it('are made again each time if they are too many', () => {
    const { make, times } = makerOf();
    const replay = rememberedRecords(make, 5);
    for (let i = 0; i < 3; i++) expect(timesOf(replay())).toEqual([0, 0, 1, 1, 2, 2]);
    expect(times()).toBe(3);
  });

  it('are made again after a reading that stopped half-way', () => {
    const { make, times } = makerOf();
    const replay = rememberedRecords(make, 6);
    for (const _ of replay()) break;
    expect(timesOf(replay())).toEqual([0, 0, 1, 1, 2, 2]);
    expect(times()).toBe(2);
  });
});
