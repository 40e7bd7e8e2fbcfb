import { describe, expect, it } from 'vitest';
import { GapWatch } from '../../../engine/log/gap-watch.ts';
import {
  ACTIVE_TERM_WORD,
  BLOCK_BYTES,
  FIRST_RECORD_FLOAT,
  OLDEST_TERM_WORD,
  SEALED_BLOCKS_WORD,
  SEALED_RECORDS_WORD,
  TAIL_WORD,
  TERM_ID_WORD,
} from '../../../engine/log/layout.ts';
import { RingWatch, unfinishedTerm } from '../../../engine/log/ring-watch.ts';
import type { ShardLog } from '../../../engine/log/shard-log.ts';
import { CLAIM_READY, EMPTY } from '../../../engine/log/shard-log-reader.ts';
import { TestProducer } from './records.ts';
import { appendExact, payloadFor, setUp, TERM_BLOCKS, TERM_BYTES } from './set-up.ts';

/** Looks of a watch far enough apart that each counts. */
function look(times: number, at: (nowNs: number) => void): void {
  for (let look = 1; look <= times; look++) at(look * 1000);
}

/** The actions of a back-pressured producer on a ring that a dead one holds. */
function mend(log: ShardLog): void {
  expect(unfinishedTerm(log)).toBe(0);
  const watch = new RingWatch(1000);
  look(5, (nowNs) => watch.check(log, nowNs));
  expect(watch.repairs).toBe(1);
  expect(unfinishedTerm(log)).toBe(-1);
}

describe('a producer that dies between claim and publish', () => {
  it('the claim of a dead producer is abandoned after the timeout, a late publish fails, and reading continues', () => {
    const { log, producer, consumer } = setUp();
    const dead = new TestProducer(log, { source: 1 });
    const reader = consumer();
    producer.append(2);
    const claimByte = dead.claim(5);
    const term = log.claimedTerm;
    producer.append(3);
    expect(reader.drain()).toEqual([0, 1]);
    const watch = new GapWatch(1000);
    look(5, (nowNs) => {
      expect(reader.step()).toBe(EMPTY);
      expect(watch.abandonedClaims).toBe(0);
      watch.check(reader.reader, nowNs);
    });
    expect(watch.abandonedClaims).toBe(1);
    expect(log.abandonedClaims).toBe(1);
    expect(reader.drain()).toEqual([2, 3, 4]);
    expect(dead.publish(claimByte, 5, 0, term)).toBe(false);
    expect(log.recordCount).toBe(5);
    producer.append(1);
    expect(reader.drain()).toEqual([5]);
    expect(reader.defects).toEqual([]);
  });

  it('the claim of a dead producer does not stop the ring, and no later lap accepts a late publish', () => {
    const { log, producer, consumer } = setUp({ termCount: 2 });
    const dead = new TestProducer(log, { source: 1 });
    const reader = consumer();
    const claimByte = dead.claim(5);
    const term = log.claimedTerm;
    while (producer.append(10));
    const watch = new GapWatch(1000);
    look(5, (nowNs) => {
      reader.step();
      watch.check(reader.reader, nowNs);
    });
    reader.drain();
    while (log.activeTerm < 6) {
      expect(producer.append(10)).toBe(true);
      reader.drain();
    }
    const count = log.recordCount;
    expect(dead.log.publish(claimByte, 2, 5, term)).toBe(false);
    expect(log.recordCount).toBe(count);
    expect(reader.received).toBe(producer.appended);
    expect(reader.defects).toEqual([]);
  });

  it('the claim of a dead producer without a stamp is abandoned up to the next known claim', () => {
    const { log, producer, consumer } = setUp();
    const reader = consumer();
    // The bare first step of a claim: the term's tail moves on and nothing else happens.
    const tailWord = 128 / 4;
    Atomics.add(log.words, tailWord, 3);
    producer.append(2);
    expect(reader.step()).toBe(EMPTY);
    expect(log.abandon(0, 0)).toBe(3);
    expect(log.abandon(0, 0)).toBe(0);
    expect(reader.drain()).toEqual([0, 1]);
  });

  it('a term can be passed and reused after a producer died with a claim over its end', () => {
    const { log, producer, consumer } = setUp({ termCount: 2, payloadBytes: payloadFor(TERM_BYTES / 8) });
    const reader = consumer();
    appendExact(producer, 7);
    Atomics.add(log.words, 128 / 4, TERM_BLOCKS / 8 + 1);
    appendExact(producer, 1);
    expect(log.activeTerm).toBe(1);
    for (let i = 0; i < 7; i++) expect(reader.step()).toBe(CLAIM_READY);
    expect(reader.step()).toBe(EMPTY);
    expect(log.abandon(reader.reader.term, reader.reader.block)).toBe(TERM_BLOCKS / 8);
    expect(reader.step()).toBe(CLAIM_READY);
    reader.reader.release();
    appendExact(producer, 20);
  });

  it('a back-pressured producer abandons the claim of a dead one if there are no readers', () => {
    const { log, producer } = setUp({ termCount: 2 });
    new TestProducer(log, { source: 1 }).claim(5);
    new TestProducer(log, { source: 2 }).claim(1);
    while (producer.append(10));
    mend(log);
    expect(log.abandonedClaims).toBe(2);
    expect(producer.append(10)).toBe(true);
    // The watch has left no pin behind.
    while (log.activeTerm < 5) expect(producer.append(10)).toBe(true);
  });

  it('a back-pressured producer repairs the count of one that died after its publish and before its count', () => {
    const { log, producer, consumer } = setUp({ termCount: 2 });
    producer.append(5);
    // As if the last two steps of publish had not happened.
    const slotWord = log.slotWord(0);
    const blocks = log.words[slotWord + SEALED_BLOCKS_WORD]!;
    log.words[slotWord + SEALED_BLOCKS_WORD] = log.words[slotWord + SEALED_RECORDS_WORD] = 0;
    while (producer.append(10));
    expect(log.words[slotWord + SEALED_BLOCKS_WORD]).toBe(TERM_BLOCKS - blocks);
    mend(log);
    expect(log.recordCount).toBe(producer.appended);
    while (log.activeTerm < 5) expect(producer.append(10)).toBe(true);
    const reader = consumer();
    const counters = reader.drain();
    expect(counters.at(-1)).toBe(producer.appended - 1);
    expect(counters).toHaveLength(producer.appended - log.firstRecord(log.oldestTerm));
  });

  it.each([
    ['before it changed anything', 0],
    ['after it named the new term', 1],
    ['with the new term open', 2],
  ])('a back-pressured producer returns the ring of one that died as it advanced it, %s', (_, steps) => {
    const { log, producer, consumer } = setUp({ termCount: 2, payloadBytes: 968 });
    const reader = consumer();
    while (log.activeTerm < 1) producer.append(1);
    while (log.tailBlocks(1) < TERM_BLOCKS - 40) producer.append(1);
    // An empty claim takes the rest of the second term.
    const blocks = TERM_BLOCKS - log.tailBlocks(1);
    const claimByte = log.claim(blocks);
    log.words[claimByte >> 2] = blocks * BLOCK_BYTES;
    log.words[(claimByte >> 2) + 1] = 0;
    log.publish(claimByte, blocks, 0);
    reader.drain();
    const { words } = log;
    const slotWord = log.slotWord(0);
    if (steps > 0) {
      log.floats[log.slotWord(1) / 2 + FIRST_RECORD_FLOAT] = words[slotWord + SEALED_RECORDS_WORD]!;
      words[OLDEST_TERM_WORD] = 1;
      words[slotWord + TERM_ID_WORD] = 2;
    }
    if (steps > 1) {
      words[slotWord + SEALED_BLOCKS_WORD] = words[slotWord + SEALED_RECORDS_WORD] = words[slotWord + TAIL_WORD] = 0;
    }
    words[ACTIVE_TERM_WORD] = ~1;
    expect(producer.append(1)).toBe(false);
    expect(reader.step()).toBe(EMPTY);
    const watch = new RingWatch(1000);
    look(5, (nowNs) => watch.check(log, nowNs));
    expect(watch.repairs).toBe(1);
    while (log.activeTerm < 5) {
      expect(producer.append(3)).toBe(true);
      reader.drain();
    }
    expect(reader.received).toBe(producer.appended);
    expect(reader.defects).toEqual([]);
    expect(log.recordCount).toBe(producer.appended);
  });

  it('a published claim cannot be abandoned, in its term or a later one', () => {
    const { log, producer, consumer } = setUp({ termCount: 2 });
    const reader = consumer();
    producer.append(2);
    expect(log.abandon(0, 0)).toBe(0);
    while (log.activeTerm < 4) producer.append(3);
    const count = log.recordCount;
    for (let block = 0; block < TERM_BLOCKS; block++) {
      const stamp = Atomics.load(log.words, log.directoryWord + block);
      if (stamp >> 2 === 5) expect(log.abandon(2, block)).toBe(0);
    }
    expect(log.recordCount).toBe(count);
    reader.drain();
    expect(reader.received + reader.reader.lostRecords).toBe(producer.appended);
  });

  it('one check abandons no claim, however long ago the check before was', () => {
    const { producer, consumer } = setUp();
    const reader = consumer();
    const claimByte = producer.claim(1);
    const watch = new GapWatch(1000);
    expect(reader.step()).toBe(EMPTY);
    watch.check(reader.reader, 0);
    watch.check(reader.reader, 1e12);
    watch.check(reader.reader, 2e12);
    expect(watch.abandonedClaims).toBe(0);
    expect(producer.publish(claimByte, 1)).toBe(true);
  });
});
