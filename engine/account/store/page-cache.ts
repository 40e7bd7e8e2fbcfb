import { ReadPage } from './read-page.ts';
import type { Segment } from './segment.ts';
import { PAGE_BYTES, RUN_BYTES_WANTED } from './segment-layout.ts';

const ROOM_BYTES = PAGE_BYTES + RUN_BYTES_WANTED;
const PAGES_MIN = 2;

/**
 * Pages of segments in memory; the least recently used is evicted first. Buffers are reused, so a reader must check the
 * generation of its page.
 */
export class PageCache {
  readonly #maxBytes: number;
  readonly #pages: ReadPage[] = [];
  #turn = 0;

  /** @param maxBytes may be passed by one page, as a page holds a claim whole. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws errors of the file system if the page cannot be read. */
  page(segment: Segment, number: number): ReadPage {
    this.#turn += 1;
    const known = segment.pages[number];
    if (known !== undefined && known.endByte === segment.index.endByteOf(number)) {
      known.usedAt = this.#turn;
      return known;
    }
    const page = known ?? this.#room();
    page.load(segment, number);
    page.usedAt = this.#turn;
    this.#shrink(page);
    return page;
  }

  /** Forgets what it holds of a segment. */
  forget(segment: Segment): void {
    for (const page of segment.pages) page?.leave();
  }

  get bytes(): number {
    return this.#pages.reduce((sum, { views }) => sum + views.bytes.length, 0);
  }

  #room(): ReadPage {
    if (this.#pages.length >= PAGES_MIN && this.bytes + ROOM_BYTES > this.#maxBytes) return this.#leastUsed();
    const page = new ReadPage(ROOM_BYTES);
    this.#pages.push(page);
    return page;
  }

  /** Pages of large claims take the place of several. */
  #shrink(kept: ReadPage): void {
    while (this.#pages.length > PAGES_MIN && this.bytes > this.#maxBytes) {
      const page = this.#leastUsed();
      if (page === kept) return;
      page.leave();
      this.#pages.splice(this.#pages.indexOf(page), 1);
    }
  }

  #leastUsed(): ReadPage {
    return this.#pages.reduce((least, page) => (page.usedAt < least.usedAt ? page : least));
  }
}

/** Room for the current pages of 25 readers. */
const SHARED_BYTES = 8 * 1024 * 1024;

/** For all stores of a thread, so that their number does not multiply it. Takes nothing before something is read. */
export const SHARED_PAGES = new PageCache(SHARED_BYTES);
