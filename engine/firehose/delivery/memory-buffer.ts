import type { MemoryBudget } from './memory-budget.ts';
import type { TakenRecords, Waiting } from './waiting.ts';

export interface TakenItems<Item> extends TakenRecords {
  readonly items: readonly Item[];
}

/** Items that came together, and are settled together. */
interface Group<Item> {
  readonly items: readonly Item[];
  readonly sinceMs: number;
  readonly settled: () => void;
  /** Items before this one were taken. */
  next: number;
  /** Items that are not settled. */
  open: number;
}

/** A buffer in memory, in the order in which items came. */
export class MemoryBuffer<Item> implements Waiting<TakenItems<Item>> {
  readonly #bytesOf: (item: Item) => number;
  readonly #budget: MemoryBudget;
  #groups: Group<Item>[] = [];
  #bytes = 0;

  constructor(bytesOf: (item: Item) => number, budget: MemoryBudget) {
    this.#bytesOf = bytesOf;
    this.#budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get sinceMs(): number | undefined {
    return this.#groups[0]?.sinceMs;
  }

  /** @param settled called once all of the items are settled. */
  add(items: readonly Item[], nowMs: number, settled: () => void): void {
    if (items.length === 0) {
      settled();
      return;
    }
    const bytes = items.reduce((sum, item) => sum + this.#bytesOf(item), 0);
    this.#bytes += bytes;
    this.#budget.take(bytes);
    this.#groups.push({ items, sinceMs: nowMs, settled, next: 0, open: items.length });
  }

  take(maxBytes: number): TakenItems<Item> | undefined {
    const items: Item[] = [];
    const parts: { readonly group: Group<Item>; readonly count: number }[] = [];
    let bytes = 0;
    let isFull = false;
    for (const group of this.#groups) {
      const from = group.next;
      while (group.next < group.items.length && !isFull) {
        const item = group.items[group.next]!;
        const itemBytes = this.#bytesOf(item);
        isFull = items.length > 0 && bytes + itemBytes > maxBytes;
        if (isFull) break;
        items.push(item);
        bytes += itemBytes;
        group.next += 1;
      }
      if (group.next > from) parts.push({ group, count: group.next - from });
      if (isFull) break;
    }
    if (items.length === 0) return undefined;
    this.#groups = this.#groups.filter(({ items: all, next }) => next < all.length);
    this.#bytes -= bytes;
    return { items, count: items.length, bytes, settle: () => this.#settle(parts, bytes) };
  }

  #settle(parts: readonly { readonly group: Group<Item>; readonly count: number }[], bytes: number): void {
    for (const { group, count } of parts) {
      group.open -= count;
      if (group.open === 0) group.settled();
    }
    this.#budget.give(bytes);
  }
}
