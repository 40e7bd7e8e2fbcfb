import { describe, expect, it } from 'vitest';
import { openShardStore } from '../../../../engine/account/store/shard-store.ts';
import { type Kept, put, read, unnumbered } from './store-records.ts';

const inMemory = (memoryBytes = 300_000, maxRecordBytes = 1000) =>
  openShardStore({ folder: undefined, memoryBytes, maxRecordBytes, durability: 'none', onDefect: () => {} });

describe('a store in memory', () => {
  it('shows appended records in order', () => {
    const store = inMemory();
    const kept = [...put(store, 0, [10, 0, 100, 7], 5), ...put(store, 4, [1000], 6)];
    expect(read(store.cursor())).toEqual(kept.map(unnumbered));
    expect(store.oldest).toBe(kept[0]!.sequenceNumber);
    expect(store.end).toBeGreaterThan(kept[4]!.sequenceNumber);
  });

  it('lets a cursor wait at the end and continue', () => {
    const store = inMemory();
    const cursor = store.cursor();
    expect(cursor.next()).toBe(false);
    for (let i = 0; i < 50; i++) {
      const kept = put(store, i, [900, 20], i);
      expect(read(cursor)).toEqual(kept.map(unnumbered));
      expect(cursor.next()).toBe(false);
    }
  });

  it('seeks to any number, and finds times', () => {
    const store = inMemory();
    const kept: Kept[] = [];
    for (let i = 0; i < 900; i++) kept.push(...put(store, kept.length, [i % 800, 3, 50], i * 10));
    const oldest = kept.findIndex(({ sequenceNumber }) => sequenceNumber === store.oldest);
    expect(oldest).toBeGreaterThan(0);
    const alive = kept.slice(oldest);
    const cursor = store.cursor();
    for (let at = 0; at < store.end + 5; at += 13) {
      cursor.seek(at);
      const next = alive.find(({ sequenceNumber }) => sequenceNumber >= at);
      expect(cursor.next() && cursor.sequenceNumber).toBe(next?.sequenceNumber ?? false);
    }
    for (let ns = -5; ns < 9010; ns += 5) {
      const next = alive.find(({ writtenAtNs }) => writtenAtNs >= ns);
      expect(store.firstSince(ns)).toBe(next?.sequenceNumber ?? store.end);
    }
    const middle = alive[alive.length >> 1]!;
    store.trimBefore(middle.writtenAtNs);
    const left = alive.filter(({ writtenAtNs }) => writtenAtNs >= middle.writtenAtNs);
    expect(read(store.cursor())).toEqual(left.map(unnumbered));
    expect(store.oldest).toBe(left[0]!.sequenceNumber);
  });
});
