import { classHighestNs, classLowestNs } from '../../reports/histogram/latency-classes.ts';
import type { Composition } from '../../reports/result/composition.ts';

/** Of one received record. */
export interface Parts {
  readonly putToGetNs: number;
  readonly afterNs: number;
}

/** The composition of whole nanoseconds, made the long way: class by class, by its bounds. */
export function compositionOfRecords(records: readonly Parts[]): Composition {
  const classes: { fromNs: number; records: Parts[] }[] = [];
  for (let index = 0, left = records.length; left > 0; index++) {
    const own = records.filter(
      ({ putToGetNs }) => putToGetNs >= classLowestNs(index) && putToGetNs <= classHighestNs(index),
    );
    left -= own.length;
    if (own.length > 0) classes.push({ fromNs: classLowestNs(index), records: own });
  }
  const sum = (own: readonly Parts[], of: (record: Parts) => number) => own.reduce((total, one) => total + of(one), 0);
  return {
    fromNs: classes.map(({ fromNs }) => fromNs),
    count: classes.map((one) => one.records.length),
    putToGetNs: classes.map((one) => sum(one.records, ({ putToGetNs }) => putToGetNs)),
    afterNs: classes.map((one) => sum(one.records, ({ afterNs }) => afterNs)),
  };
}
