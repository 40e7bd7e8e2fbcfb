import { classHighestNs, classLowestNs } from '../../reports/histogram/latency-classes.ts';
import type { Composition } from '../../reports/result/composition.ts';

/** Times of one received record. */
export interface Parts {
  readonly putToGetNs: number;
  readonly afterNs: number;
}

/** Computes a composition of whole nanoseconds independently of the code under test: class by class, from the bounds. */
export function compositionOfRecords(records: readonly Parts[]): Composition {
  const classes: { fromNs: number; records: Parts[] }[] = [];
  for (let index = 0, left = records.length; left > 0; index++) {
    const own = records.filter(
      ({ putToGetNs }) => putToGetNs >= classLowestNs(index) && putToGetNs <= classHighestNs(index),
    );
    left -= own.length;
    if (own.length > 0) classes.push({ fromNs: classLowestNs(index), records: own });
  }
  const sum = (own: readonly Parts[], read: (record: Parts) => number) =>
    own.reduce((total, one) => total + read(one), 0);
  return {
    fromNs: classes.map(({ fromNs }) => fromNs),
    count: classes.map((one) => one.records.length),
    putToGetNs: classes.map((one) => sum(one.records, ({ putToGetNs }) => putToGetNs)),
    afterNs: classes.map((one) => sum(one.records, ({ afterNs }) => afterNs)),
  };
}
