/** Times at which one producer's records are due. `next` is on the hot path and does not allocate. */
export interface Arrivals {
  /** Intended time, whole ns from run start, of this producer's next record; Infinity after the last. Never decreases. */
  next(): number;
  /** Index, in the workload's one sequence, of the record that `next` returned last; -1 before the first. */
  index: number;
}
