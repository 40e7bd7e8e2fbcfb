/** Used slots in ascending order and their counts. Both may be views of larger arrays, whose rest is room to grow. */
export interface SortedSlots {
  readonly slots: Uint16Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
}

const ROOM_MIN = 32;
const GROWTH_RATIO = 1.25;

/**
 * Adds the first `length` of some slots, ascending, to others. Takes time in proportion to both, and memory only when the room runs out:
 * for histograms that are added to a little at a time and are too many to keep open.
 * @param into is changed in place if it has room.
 */
export function addSorted(into: SortedSlots, slots: Uint16Array, counts: Float64Array, length: number): SortedSlots {
  const used = into.slots.length;
  const total = used + countMissing(into.slots, slots, length);
  const sum = total === used ? into : withRoomFor(into, total);
  // From the end: a value is moved before its place is taken.
  let [read, added] = [used - 1, length - 1];
  for (let write = total - 1; added >= 0; write -= 1) {
    const slot = slots[added]!;
    if (read >= 0 && sum.slots[read]! > slot) {
      sum.slots[write] = sum.slots[read]!;
      sum.counts[write] = sum.counts[read]!;
      read -= 1;
      continue;
    }
    const isThere = read >= 0 && sum.slots[read] === slot;
    sum.counts[write] = counts[added]! + (isThere ? sum.counts[read]! : 0);
    sum.slots[write] = slot;
    if (isThere) read -= 1;
    added -= 1;
  }
  return sum;
}

function countMissing(known: Uint16Array, slots: Uint16Array, length: number): number {
  let missing = 0;
  let at = 0;
  for (let index = 0; index < length; index += 1) {
    const slot = slots[index]!;
    while (at < known.length && known[at]! < slot) at += 1;
    if (at === known.length || known[at] !== slot) missing += 1;
  }
  return missing;
}

/** The same content in arrays of the new length, longer at their ends. */
function withRoomFor({ slots, counts }: SortedSlots, total: number): SortedSlots {
  if (slots.buffer.byteLength / slots.BYTES_PER_ELEMENT >= total && slots.byteOffset === 0) {
    return { slots: new Uint16Array(slots.buffer, 0, total), counts: new Float64Array(counts.buffer, 0, total) };
  }
  const room = Math.max(ROOM_MIN, Math.ceil(total * GROWTH_RATIO));
  const grown = { slots: new Uint16Array(room).subarray(0, total), counts: new Float64Array(room).subarray(0, total) };
  grown.slots.set(slots);
  grown.counts.set(counts);
  return grown;
}
