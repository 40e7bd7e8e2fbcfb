/** When one producer's records are due. Made once per producer; its `next` is the hot path and does not allocate. */
export interface Arrivals {
  /** Intended time, whole ns from run start, of this producer's next record; Infinity after the last. Never decreases. */
  next(): number;
  /** Place in the workload's one sequence of the record that `next` returned last; -1 before the first. */
  index: number;
}
