import { hashKey } from '../../../../engine/routing/hash-key.ts';
import { isHashKey } from '../../../../engine/routing/hash-range.ts';
import { parseExplicitHashKey } from '../../../../engine/routing/shard-map.ts';

const HEX = /^[0-9a-f]{32}$/iu;

/**
 * Reads the hash of a key: its MD5 as 32 hexadecimal digits, or a hash key as Kinesis writes it, in decimal.
 * @param out four words, most significant first.
 * @returns false if the text is neither.
 */
export function readHash(text: string, out: Uint32Array): boolean {
  if (HEX.test(text)) {
    for (let word = 0; word < 4; word += 1) out[word] = Number.parseInt(text.slice(8 * word, 8 * word + 8), 16);
    return true;
  }
  if (!isHashKey(text)) return false;
  parseExplicitHashKey(text, out);
  return true;
}

/** MD5 of a key given as text, in UTF-8. @returns its length in bytes. */
export function hashText(text: string, out: Uint32Array): number {
  const bytes = Buffer.from(text);
  hashKey(bytes, 0, bytes.length, out);
  return bytes.length;
}

export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at]! >= 0x80) return false;
  return true;
}
