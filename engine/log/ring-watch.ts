import { GAP_TIMEOUT_NS, Standstill } from './gap-watch.ts';
import {
  ACTIVE_TERM_WORD,
  abandonedStamp,
  blocksOf,
  CLAIM_BYTES_OFFSET,
  INT32_BYTES,
  publishedStamp,
  RECORD_COUNT_OFFSET,
  SEALED_BLOCKS_WORD,
  SEALED_RECORDS_WORD,
  TAIL_WORD,
  TERM_ID_WORD,
} from './layout.ts';
import type { ShardLog } from './shard-log.ts';
import { EMPTY, ShardLogReader } from './shard-log-reader.ts';

/**
 * Detects that a dead producer blocks a full ring, and completes its unfinished step. Call it after every claim that was
 * back-pressured. The state that a producer leaves depends on the step before which it died:
 *
 *   marking or publishing its claim    the claim is unfinished in the oldest term, and perhaps no reader is there
 *   counting its published claim       the oldest term is finished, but its count is too low
 *   returning the ring                 ACTIVE_TERM_WORD stays negative
 */
export class RingWatch {
  readonly #standstill: Standstill;
  /** Repairs of the ring by this watch. */
  repairs = 0;

  constructor(timeoutNs: number = GAP_TIMEOUT_NS) {
    this.#standstill = new Standstill(timeoutNs);
  }

  check(log: ShardLog, nowNs: number): void {
    const active = Atomics.load(log.words, ACTIVE_TERM_WORD);
    const taken = active < 0;
    const term = taken ? ~active : unfinishedTerm(log, active);
    // Even places for a ring that is taken, odd ones for an unfinished term: -1 stays negative.
    if (!this.#standstill.isOver(2 * term + (taken ? 0 : 1), nowNs)) return;
    if (taken) giveBack(log, active);
    else finish(log, term);
    this.repairs += 1;
  }
}

/** The next term to reuse, if an unfinished claim in it prevents that; otherwise -1. @internal */
export function unfinishedTerm(log: ShardLog, active: number = log.activeTerm): number {
  const condemned = active + 1 - log.ringTerms;
  if (condemned < 0) return -1;
  const sealed = Atomics.load(log.words, log.slotWord(log.slotOf(condemned)) + SEALED_BLOCKS_WORD);
  return sealed === log.termBlocks ? -1 : condemned;
}

/** Returns the ring for a producer that died while it advanced the ring, and completes its unfinished step. */
function giveBack(log: ShardLog, taken: number): void {
  const { words } = log;
  const next = ~taken + 1;
  const slotWord = log.slotWord(log.slotOf(next));
  const begun = words[slotWord + TERM_ID_WORD] === next;
  if (begun && Atomics.load(words, slotWord + TAIL_WORD) >= log.termBlocks) {
    words[slotWord + SEALED_RECORDS_WORD] = 0;
    words[slotWord + SEALED_BLOCKS_WORD] = 0;
    Atomics.store(words, slotWord + TAIL_WORD, 0);
  }
  Atomics.compareExchange(words, ACTIVE_TERM_WORD, taken, begun ? next : ~taken);
}

/** Abandons every unfinished claim of the oldest term and counts the term again. A reader's pin keeps it in place. */
function finish(log: ShardLog, term: number): void {
  let reader: ShardLogReader;
  try {
    reader = new ShardLogReader(log);
  } catch {
    return; // every reader slot is taken: then one of those readers waits at the claim
  }
  while (reader.term === term) {
    if (reader.next() === EMPTY && log.abandon(reader.term, reader.block) === 0) break;
  }
  if (unfinishedTerm(log) === term) recount(log, term);
  reader.close();
}

function recount(log: ShardLog, term: number): void {
  const { words } = log;
  const slotWord = log.slotWord(log.slotOf(term));
  const directory = log.directoryWord + log.slotOf(term) * log.termBlocks;
  let records = 0;
  for (let block = 0; block < log.termBlocks; ) {
    const stamp = Atomics.load(words, directory + block);
    if (stamp === abandonedStamp(term)) {
      block += 1;
      continue;
    }
    if (stamp !== publishedStamp(term)) return;
    const claimByte = log.byteOf(term, block);
    records += words[(claimByte + RECORD_COUNT_OFFSET) / INT32_BYTES]!;
    block += blocksOf(words[(claimByte + CLAIM_BYTES_OFFSET) / INT32_BYTES]!);
  }
  words[slotWord + SEALED_RECORDS_WORD] = records;
  Atomics.store(words, slotWord + SEALED_BLOCKS_WORD, log.termBlocks);
}
