import { createShareDraw, keysByShard } from './keys-shares.ts';
import { createZipf } from './keys-zipf.ts';
import { deriveSeed, uniformAt } from './random.ts';
import type { Replay } from './replay.ts';
import type { KeysSpec, Workload } from './scenario.ts';

/** All partition keys of a workload as UTF-8, in memory shared by threads. Key k is words[offsets[k] .. offsets[k + 1]). */
export interface KeyTable {
  readonly count: number;
  /** Keys one after another, each padded with zeros to a multiple of 8 bytes. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** count + 1 offsets into `words`, in 4-byte words. */
  readonly offsets: Int32Array<SharedArrayBuffer>;
  /** Exact length of each key in bytes. */
  readonly lengths: Uint16Array<SharedArrayBuffer>;
}

/** All keys have the same length (`key-00001234`), so that the size of records does not depend on the skew. */
const KEY_PREFIX = 'key-';
const KEY_DIGITS = 8;

/** @internal */
export function keyText(keyIndex: number): string {
  return KEY_PREFIX + String(keyIndex).padStart(KEY_DIGITS, '0');
}

/** @param replay Needed for keys from a field of replayed records. */
export function createKeyTable(workload: Workload, replay?: Pick<Replay, 'keys'>): KeyTable {
  const { keys } = workload;
  if (keys.kind === 'one') return tableOf([keys.key]);
  if (keys.kind === 'shares') return tableOf(keysByShard(keys.shares.length, keys.keysPerShard, keyText));
  if (keys.kind === 'field') return tableOf(needKeys(replay?.keys, workload));
  return generatedTable(keys.count);
}

/**
 * Chooses the key of each record. The key depends only on the index of the record, not on the producer or the attempt.
 * @returns A function from the index of a record in its workload's sequence to the index of its key in the key table.
 */
export function createKeyChooser(
  workload: Workload,
  seed: number,
  replay?: Pick<Replay, 'keyIndexes'>,
): (recordIndex: number) => number {
  const { keys } = workload;
  const drawSeed = deriveSeed(seed, `${workload.name}/keys`);
  switch (keys.kind) {
    case 'uniform':
      return (recordIndex) => Math.floor(uniformAt(drawSeed, recordIndex) * keys.count);
    case 'zipf':
      return createZipf(keys.count, keys.exponent, drawSeed);
    case 'hot':
      return createHot(keys, drawSeed);
    case 'sequential':
      return (recordIndex) => recordIndex % keys.count;
    case 'shares':
      return createShareDraw(keys.shares, keys.keysPerShard, (recordIndex) => uniformAt(drawSeed, recordIndex));
    case 'one':
      return () => 0;
    case 'field': {
      const keyIndexes = needKeys(replay?.keyIndexes, workload);
      return (recordIndex) => keyIndexes[recordIndex % keyIndexes.length]!;
    }
  }
}

/** The first `hotCount` keys share `hotShare` evenly, and the others share the rest. One draw decides both. */
function createHot(keys: KeysSpec & { readonly kind: 'hot' }, drawSeed: number): (recordIndex: number) => number {
  const { hotCount, hotShare, count } = keys;
  return (recordIndex) => {
    const u = uniformAt(drawSeed, recordIndex);
    if (u < hotShare) return Math.min(hotCount - 1, Math.floor((u / hotShare) * hotCount));
    return Math.min(count - 1, hotCount + Math.floor(((u - hotShare) / (1 - hotShare)) * (count - hotCount)));
  };
}

function generatedTable(count: number): KeyTable {
  const length = KEY_PREFIX.length + KEY_DIGITS;
  const strideBytes = alignedBytes(length);
  const table = emptyTable(count, count * strideBytes);
  const bytes = new Uint8Array(table.words.buffer);
  const prefix = Buffer.from(KEY_PREFIX);
  for (let k = 0, at = 0; k < count; k += 1, at += strideBytes) {
    bytes.set(prefix, at);
    let rest = k;
    for (let digit = length - 1; digit >= prefix.length; digit -= 1) {
      bytes[at + digit] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    table.offsets[k + 1] = (at + strideBytes) / 4;
  }
  table.lengths.fill(length);
  return table;
}

function tableOf(keys: readonly string[]): KeyTable {
  const encoded = keys.map((key) => Buffer.from(key));
  const totalBytes = encoded.reduce((sum, key) => sum + alignedBytes(key.length), 0);
  const table = emptyTable(keys.length, totalBytes);
  const bytes = new Uint8Array(table.words.buffer);
  let at = 0;
  for (const [k, key] of encoded.entries()) {
    bytes.set(key, at);
    at += alignedBytes(key.length);
    table.offsets[k + 1] = at / 4;
    table.lengths[k] = key.length;
  }
  return table;
}

function emptyTable(count: number, totalBytes: number): KeyTable {
  return {
    count,
    words: new Int32Array(new SharedArrayBuffer(totalBytes)),
    offsets: new Int32Array(new SharedArrayBuffer((count + 1) * 4)),
    lengths: new Uint16Array(new SharedArrayBuffer(count * 2)),
  };
}

const alignedBytes = (length: number) => (length + 7) & ~7;

function needKeys<T>(keys: T | undefined, workload: Workload): T {
  if (keys === undefined) throw new Error(`workload '${workload.name}' has keys from a field but no recording`);
  return keys;
}
