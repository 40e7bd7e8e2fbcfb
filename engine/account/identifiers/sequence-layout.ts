/**
 * The layout of AWS's sequence numbers. AWS does not publish it; six numbers in its documentation share it. 47 hex digits,
 * written as a decimal number of 56 digits:
 *
 *   2 | 0 | second of the shard's creation (8) | low digit of the shard's index | order (16) | 000 | second of the put (8)
 *     | shard's index (8) | 2
 *
 * Order is the record's place in its shard, its compact sequence number. It decides between two numbers of a shard, so that
 * numbers rise even when the clock does not. A shard's creation second is above those of its parents, so that its numbers are.
 */
export interface SequenceParts {
  readonly createdSecond: number;
  readonly shardIndex: number;
  readonly order: bigint;
  readonly putSecond: number;
}

export const SEQUENCE_DIGITS = 56;
/** Bits by which a place, the second of a put and the second of a shard's creation are shifted. */
const ORDER_SHIFT = 80n;
const PUT_SECOND_SHIFT = 36n;
const CREATED_SHIFT = 144n;
const INDEX_SHIFT = 4n;
const MARK = 0x20n << 36n;
const VERSION = 2n;
/** The order that the ending number of a closed shard has: behind every record. */
export const ORDER_MAX = 0x7fff_ffff_ffff_ffffn;
const SECOND_MAX = 0xffff_ffff;

/** The second that a time has in sequence numbers. */
export const secondOf = (epochMs: number): number => Math.min(SECOND_MAX, Math.max(0, Math.floor(epochMs / 1000)));

/** The second of creation that a shard's numbers have: above those of its parents, even if it was created in the same one. */
export function sequenceSecondOf(createdAtMs: number, parents: readonly { readonly sequenceSecond: number }[]): number {
  return Math.max(secondOf(createdAtMs), ...parents.map(({ sequenceSecond }) => sequenceSecond + 1));
}

export function composeSequence({ createdSecond, shardIndex, order, putSecond }: SequenceParts): bigint {
  const index = BigInt(shardIndex);
  const high = MARK | (BigInt(createdSecond) << 4n) | (index & 15n);
  return (
    (high << CREATED_SHIFT) |
    (order << ORDER_SHIFT) |
    (BigInt(putSecond) << PUT_SECOND_SHIFT) |
    (index << INDEX_SHIFT) |
    VERSION
  );
}

const HEX = /^20(?<created>[\da-f]{8})(?<low>[\da-f])(?<order>[\da-f]{16})000(?<put>[\da-f]{8})(?<index>[\da-f]{8})2$/;

/** The parts of a number in AWS's layout; undefined for any other text. */
export function decomposeSequence(text: string): SequenceParts | undefined {
  if (text.length !== SEQUENCE_DIGITS || !/^\d+$/.test(text)) return undefined;
  const {
    created = '',
    low = '',
    order = '',
    put = '',
    index = '',
  } = HEX.exec(BigInt(text).toString(16))?.groups ?? {};
  if (index === '' || !index.endsWith(low)) return undefined;
  return {
    createdSecond: Number.parseInt(created, 16),
    shardIndex: Number.parseInt(index, 16),
    order: BigInt(`0x${order}`),
    putSecond: Number.parseInt(put, 16),
  };
}

/** A number as earlier versions wrote them, which clients of older data folders still hold. */
export interface OldSequenceParts {
  readonly createdMs: number;
  readonly shardIndex: number;
  readonly place: number;
}

/** Mark, shard created at in epoch ms, shard's index, place, padding: decimal digits one after the other. */
const OLD = /^49(?<created>\d{13})(?<index>\d{6})(?<place>\d{16})0{18}2$/;

export function decomposeOldSequence(text: string): OldSequenceParts | undefined {
  const groups = OLD.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return { createdMs: Number(groups.created), shardIndex: Number(groups.index), place: Number(groups.place) };
}
