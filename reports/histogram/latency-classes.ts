import { SLOT_COUNT, slotHighestNs, slotLowestNs } from './slots.ts';

/**
 * Latencies in classes, for sums that a histogram does not keep: eight of equal width an octave from 1,024 ns on, and below
 * it eight of 128 ns. A class is 128 slots in a row, so that finding it is a shift of the slot and its count is that of its slots.
 *
 *   class  0 ... 7    | 8 ....... 15     | 16 ...... 23     | ... | 256 .......... 263
 *   from   0 ... 896  | 1,024 ... 1,920  | 2,048 ... 3,840  | ... | 2^41 ... 15 * 2^38
 *   width  128        | 128              | 256              | ... | 2^38
 */
const CLASS_BITS = 7;
const CLASS_SLOTS = 1 << CLASS_BITS;
export const CLASS_COUNT = SLOT_COUNT / CLASS_SLOTS;

if (!Number.isInteger(CLASS_COUNT)) throw new Error('latency-classes: classes do not fill the slots');

/** Hot path. */
export const classOfSlot = (slot: number): number => slot >> CLASS_BITS;
export const classLowestNs = (latencyClass: number): number => slotLowestNs(latencyClass << CLASS_BITS);
export const classHighestNs = (latencyClass: number): number =>
  slotHighestNs((latencyClass << CLASS_BITS) + CLASS_SLOTS - 1);
