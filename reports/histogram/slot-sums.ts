import { HEADER_BYTES, parametersOf, writeHeader } from './hdr-codec.ts';
import { addPayload, type PayloadExtent, payloadRoom, writePayload } from './hdr-payload.ts';
import { HIGHEST_NS, LOWEST_NS, SIGNIFICANT_DIGITS, SLOT_COUNT } from './slots.ts';

/** Parameters in the header of every histogram of ours. */
const OUR_PARAMETERS = { lowest: LOWEST_NS, highest: HIGHEST_NS, digits: SIGNIFICANT_DIGITS } as const;

/** Histograms with other slots are counted again. So are those whose header has another highest value. */
export function isOurs(body: Buffer): boolean {
  const { lowest, highest, digits } = parametersOf(body);
  return lowest === OUR_PARAMETERS.lowest && highest === OUR_PARAMETERS.highest && digits === OUR_PARAMETERS.digits;
}

/**
 * Adds histograms up in one flat array, 270 kB, that is used again and again: several times as fast as pages, which know what
 * they do not hold. Only the slots between the first and the last one in use are ever looked at.
 */
export class SlotSums {
  readonly #counts = new Float64Array(SLOT_COUNT);
  #from = SLOT_COUNT;
  #to = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(slots: Uint16Array, counts: Float64Array, total: number): void {
    if (slots.length === 0) return;
    for (let index = 0; index < slots.length; index++) this.#counts[slots[index]!]! += counts[index]!;
    this.#extend({ count: total, from: slots[0]!, to: slots.at(-1)! + 1 });
  }

  addSlot(slot: number, count: number): void {
    this.#counts[slot]! += count;
    this.#extend({ count, from: slot, to: slot + 1 });
  }

  /** @param body header and payload, of our parameters. @throws as addPayload; then nothing that was added is left. */
  addBody(body: Uint8Array, start = HEADER_BYTES, end = body.length): void {
    try {
      this.#extend(addPayload(body, start, end, this.#counts));
    } catch (error) {
      this.#counts.fill(0);
      this.#empty();
      throw error;
    }
  }

  /** The used slots in ascending order and their counts; nothing is left. */
  takeSlots(): { readonly slots: Uint16Array<ArrayBuffer>; readonly counts: Float64Array<ArrayBuffer> } {
    let used = 0;
    for (let slot = this.#from; slot < this.#to; slot++) if (this.#counts[slot] !== 0) used += 1;
    const slots = new Uint16Array(used);
    const counts = new Float64Array(used);
    used = 0;
    for (let slot = this.#from; slot < this.#to; slot++) {
      if (this.#counts[slot] === 0) continue;
      slots[used] = slot;
      counts[used] = this.#counts[slot]!;
      used += 1;
    }
    this.#clear();
    return { slots, counts };
  }

  /** Header and payload, in memory that the next call uses again; nothing is left. */
  takeBody(): Buffer {
    const room = HEADER_BYTES + payloadRoom(Math.max(0, this.#to - this.#from));
    if (bodyRoom.length < room) bodyRoom = Buffer.allocUnsafeSlow(room);
    const end = writePayload(bodyRoom, HEADER_BYTES, this.#counts, this.#from, this.#to);
    writeHeader(bodyRoom, OUR_PARAMETERS, end - HEADER_BYTES);
    this.#clear();
    return bodyRoom.subarray(0, end);
  }

  #extend({ count, from, to }: PayloadExtent): void {
    this.#count += count;
    if (from < this.#from) this.#from = from;
    if (to > this.#to) this.#to = to;
  }

  #clear(): void {
    if (this.#from < this.#to) this.#counts.fill(0, this.#from, this.#to);
    this.#empty();
  }

  #empty(): void {
    this.#from = SLOT_COUNT;
    this.#to = 0;
    this.#count = 0;
  }
}

let bodyRoom = Buffer.alloc(0);
