import { reportError } from '../errors.ts';
import { HIGHEST_NS, SLOT_COUNT, slotOf } from './slots.ts';

/** @throws HISTOGRAM_OUT_OF_RANGE for a slot that does not exist or a count that is negative or not whole. */
export function checkedCount(slot: number, count: number): number {
  if (slot >= 0 && slot < SLOT_COUNT && count >= 0 && Number.isSafeInteger(count)) return count;
  throw reportError('HISTOGRAM_OUT_OF_RANGE', {
    what: `slot=${slot} count=${count}`,
    fix: `Slots are 0 to ${SLOT_COUNT - 1}, counts whole and not negative.`,
  });
}

/** @throws HISTOGRAM_OUT_OF_RANGE for a value that is not within 0 to one hour. */
export function slotInRange(ns: number): number {
  if (ns >= 0 && ns <= HIGHEST_NS) return slotOf(ns);
  throw reportError('HISTOGRAM_OUT_OF_RANGE', {
    what: `valueNs=${ns} is outside 0 to ${HIGHEST_NS}`,
    fix: 'Clamp the value, and count the clamped values.',
  });
}
