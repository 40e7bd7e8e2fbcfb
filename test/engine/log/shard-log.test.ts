import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, READER_SLOTS } from '../../../engine/log/layout.ts';
import { BACK_PRESSURED, CLAIM_TOO_LARGE } from '../../../engine/log/shard-log.ts';
import { createShardLog } from '../../../engine/log/shard-log-memory.ts';
import { CLAIM_READY, EMPTY, LOST, ShardLogReader } from '../../../engine/log/shard-log-reader.ts';
import { TestProducer } from './records.ts';
import { appendExact, payloadFor, setUp, TERM_BLOCKS, TERM_BYTES } from './set-up.ts';

describe('appending and reading', () => {
  it('a record is read back with every field as it was written', () => {
    const { producer, consumer } = setUp();
    const reader = consumer();
    expect(producer.append(1, 123)).toBe(true);
    expect(reader.step()).toBe(CLAIM_READY);
    expect(reader.reader.writtenAtNs).toBe(123);
    expect(reader.counters()).toEqual([0]);
    expect(reader.defects).toEqual([]);
    expect(reader.step()).toBe(EMPTY);
  });

  it('a batch is one claim, and records of all claims come in the order of appending', () => {
    const { producer, consumer } = setUp();
    const reader = consumer();
    for (const count of [1, 3, 64, 2]) producer.append(count);
    expect(reader.step()).toBe(CLAIM_READY);
    expect(reader.step()).toBe(CLAIM_READY);
    expect(reader.counters()).toEqual([1, 2, 3]);
    expect(reader.drain()).toEqual(Array.from({ length: 66 }, (_, i) => 4 + i));
    expect(reader.received).toBe(70);
    expect(reader.defects).toEqual([]);
  });

  it('a claim is not visible before it is published, nor is a later one that is', () => {
    const { log, producer, consumer } = setUp();
    const reader = consumer();
    const first = producer.claim(1);
    const other = new TestProducer(log, { source: 1 });
    other.append(2);
    expect(reader.step()).toBe(EMPTY);
    producer.publish(first, 1);
    expect(reader.drain()).toEqual([0, 0, 1]);
    expect(reader.defects).toEqual([]);
  });

  it('a thread publishes two claims in any order if it names their terms', () => {
    const { log, producer, consumer } = setUp();
    const reader = consumer();
    const first = producer.claim(1);
    const term = log.claimedTerm;
    const other = new TestProducer(log, { source: 1 });
    expect(other.publish(other.claim(1), 1)).toBe(true);
    expect(producer.publish(first, 1, 0, term)).toBe(true);
    expect(reader.drain()).toEqual([0, 0]);
  });

  it('rejects a claim over half a term, and reserves no bytes', () => {
    const { log, producer, consumer } = setUp();
    expect(log.claim(TERM_BLOCKS / 2 + 1)).toBe(CLAIM_TOO_LARGE);
    producer.append(1);
    expect(consumer().drain()).toEqual([0]);
  });

  it('the ring wraps many times under a reader that keeps up, and sequence numbers rise', () => {
    const { log, producer, consumer } = setUp({ termCount: 2 });
    const reader = consumer();
    while (log.activeTerm < 21) {
      for (let i = 0; i < 5; i++) expect(producer.append(1 + (producer.appended % 40))).toBe(true);
      reader.drain();
    }
    expect(reader.received).toBe(producer.appended);
    expect(reader.skipped).toBe(0);
    expect(reader.defects).toEqual([]);
    expect(log.recordCount).toBe(producer.appended);
  });

  it('several readers each read every record, at their own pace', () => {
    const { producer, consumer } = setUp();
    const readers = [consumer(), consumer(), consumer()];
    for (let round = 0; round < 10; round++) {
      producer.append(20);
      readers[0]!.drain();
      if (round % 3 === 0) readers[1]!.step();
    }
    for (const reader of readers) {
      reader.drain();
      expect(reader.received).toBe(200);
      expect(reader.defects).toEqual([]);
    }
  });

  it(`a log has room for ${READER_SLOTS} readers, and a closed one makes room for another`, () => {
    const { log } = setUp();
    const readers = Array.from({ length: READER_SLOTS }, () => new ShardLogReader(log));
    expect(() => new ShardLogReader(log)).toThrow(RangeError);
    readers[5]!.close();
    expect(() => new ShardLogReader(log)).not.toThrow();
  });

  it('a reader gets the same claim again after putBack', () => {
    const { producer, consumer } = setUp();
    producer.append(2);
    producer.append(3);
    const { reader } = consumer();
    reader.next();
    reader.next();
    const { claimByte, lagRecords } = reader;
    expect(lagRecords).toBe(0);
    reader.putBack();
    expect(reader.lagRecords).toBe(3);
    expect(reader.next()).toBe(CLAIM_READY);
    expect(reader.claimByte).toBe(claimByte);
    expect(reader.records).toBe(3);
  });
});

describe('where reading starts', () => {
  it('a reader from trim-horizon begins with the oldest record in the ring and counts no loss', () => {
    const { log, producer, consumer } = setUp({ termCount: 2 });
    while (log.oldestTerm < 3) producer.append(10);
    const reader = consumer();
    const counters = reader.drain();
    expect(counters.at(-1)).toBe(producer.appended - 1);
    expect(counters).toHaveLength(producer.appended - log.firstRecord(log.oldestTerm));
    expect(reader.reader.lostRecords).toBe(0);
  });

  it('a reader from latest gets only records that were appended after its creation', () => {
    const { log, producer, consumer } = setUp({ termCount: 2 });
    while (log.oldestTerm < 1) producer.append(10);
    const before = producer.appended;
    const reader = consumer('latest');
    expect(reader.drain()).toEqual([]);
    producer.append(2);
    expect(reader.drain()).toEqual([before, before + 1]);
  });
});

describe("a term's end", () => {
  it('a claim that fills a term to its last block leaves no padding', () => {
    const { log, producer, consumer } = setUp({ payloadBytes: payloadFor(TERM_BYTES / 8) });
    const { reader } = consumer();
    appendExact(producer, 8);
    expect(log.activeTerm).toBe(0);
    expect(log.tailBlocks(0)).toBe(TERM_BLOCKS);
    for (let i = 0; i < 8; i++) expect(reader.next()).toBe(CLAIM_READY);
    expect(reader.position).toBe(TERM_BYTES);
    expect(reader.next()).toBe(EMPTY);
    appendExact(producer, 1);
    expect(log.activeTerm).toBe(1);
    expect(reader.next()).toBe(CLAIM_READY);
    expect(reader.sequenceNumberAt(reader.claimByte)).toBe(TERM_BYTES / 8);
  });

  it('a claim that does not fit pads the rest of the term, which readers skip', () => {
    const { log, producer, consumer } = setUp({ payloadBytes: payloadFor(TERM_BYTES / 4 + BLOCK_BYTES) });
    const { reader } = consumer();
    appendExact(producer, 4);
    expect(log.activeTerm).toBe(1);
    for (let i = 0; i < 4; i++) expect(reader.next()).toBe(CLAIM_READY);
    expect(reader.sequenceNumberAt(reader.claimByte)).toBe(TERM_BYTES / 8);
    expect(reader.next()).toBe(EMPTY);
    expect(log.recordCount).toBe(4);
  });

  it('readers skip padding of a single block', () => {
    const { log, producer, consumer } = setUp({ payloadBytes: payloadFor(TERM_BYTES / 2 - BLOCK_BYTES) });
    appendExact(producer, 3);
    expect(log.activeTerm).toBe(1);
    const { reader } = consumer();
    for (let i = 0; i < 3; i++) expect(reader.next()).toBe(CLAIM_READY);
  });
});

describe('a full ring', () => {
  it('a lagging reader with trim gets the exact count and place of its loss, and continues from the horizon', () => {
    const { log, producer, consumer } = setUp({ termCount: 3 });
    const reader = consumer();
    for (let i = 0; i < 5; i++) producer.append(4);
    reader.step();
    const { position } = reader.reader;
    reader.reader.release();
    while (log.oldestTerm < 2) producer.append(7);
    const horizon = log.firstRecord(log.oldestTerm);
    expect(reader.step()).toBe(LOST);
    expect(reader.reader.lostRecords).toBe(horizon - 4);
    expect(reader.reader.lostFromPosition).toBe(position);
    expect(reader.drain()[0]).toBe(horizon);
    expect(reader.received + reader.reader.lostRecords).toBe(producer.appended);
    expect(reader.skipped).toBe(reader.reader.lostRecords);
    expect(reader.defects).toEqual([]);
  });

  it('trim does not overwrite a claim before its reader advances', () => {
    const { producer, consumer } = setUp({ termCount: 2 });
    const reader = consumer();
    producer.append(4);
    reader.step();
    while (producer.append(10));
    expect(producer.claim(10)).toBe(BACK_PRESSURED);
    expect(reader.counters()).toEqual([0, 1, 2, 3]);
    reader.reader.release();
    expect(producer.append(10)).toBe(true);
  });

  it('a full ring back-pressures producers until the reader has passed the oldest term, and loses no record', () => {
    const { producer, consumer } = setUp({ termCount: 2, whenFull: 'refuse' });
    const reader = consumer();
    while (producer.append(10));
    expect(producer.append(10)).toBe(false);
    reader.step();
    reader.reader.release();
    expect(producer.append(10)).toBe(false);
    expect(reader.drain()).toHaveLength(producer.appended - 10);
    expect(producer.append(10)).toBe(true);
    reader.drain();
    expect(reader.received).toBe(producer.appended);
    expect(reader.reader.lostRecords).toBe(0);
    expect(reader.defects).toEqual([]);
  });

  it('a full ring with back-pressure waits for the slowest reader, and advances when that reader closes', () => {
    const { producer, consumer } = setUp({ termCount: 2, whenFull: 'refuse' });
    const [fast, slow] = [consumer(), consumer()];
    while (producer.append(10)) fast.drain();
    expect(producer.append(10)).toBe(false);
    slow.reader.close();
    expect(producer.append(10)).toBe(true);
  });

  it('a full ring with back-pressure reuses the oldest term if there are no readers', () => {
    const { log, producer } = setUp({ termCount: 2, whenFull: 'refuse' });
    while (log.activeTerm < 5) expect(producer.append(10)).toBe(true);
  });
});

describe('making a log', () => {
  it.each([
    ['a term that is no power of two', { termLengthBytes: 100_000, termCount: 2 }],
    ['a term under 64 KiB', { termLengthBytes: 32 * 1024, termCount: 2 }],
    ['a single term', { termLengthBytes: TERM_BYTES, termCount: 1 }],
    ['half a term', { termLengthBytes: TERM_BYTES, termCount: 2.5 }],
    ['more than 2 GiB', { termLengthBytes: 2 ** 30, termCount: 2 }],
  ])('createShardLog rejects %s', (_, shape) => {
    expect(() => createShardLog(shape)).toThrow(RangeError);
  });
});
