import { invalidArgument } from './errors.ts';
import { type ShardState, shardIdOf } from './stream-state.ts';

/**
 * Sequence numbers as clients see them: 56 decimal digits that begin with 49, as AWS's do, and stand for a shard and a
 * place in it. They rise with the place in a shard, and those of a shard are above those of its parents, as it was made
 * later. AWS publishes no layout; this one is cheap to write and to read.
 *
 *   49 | shard made at, epoch ms (13) | shard index (6) | compact sequence number (16) | 19 digits of padding
 */
const MARK = '49';
const CREATED_DIGITS = 13;
const INDEX_DIGITS = 6;
const PLACE_DIGITS = 16;
const PADDING = '0000000000000000002';
const PLACE_AT = MARK.length + CREATED_DIGITS + INDEX_DIGITS;
const DIGITS = PLACE_AT + PLACE_DIGITS + PADDING.length;
/** The place that the ending number of a closed shard names: behind every record. */
const LAST_PLACE = Number.MAX_SAFE_INTEGER;

function sequencePrefix({ createdAtMs, index }: ShardState): string {
  return MARK + digits(Math.floor(createdAtMs), CREATED_DIGITS) + digits(index, INDEX_DIGITS);
}

/** Places that share all digits but the last ones. */
const ENDS_COUNT = 1000;
const END_DIGITS = 3;
/** What numbers end with, by their last digits; each is made when it is first used. */
const ends: (string | undefined)[] = [];

/**
 * Writes the sequence numbers of one shard. Neighbours share the texts that they begin and end with, so that a number takes
 * 32 bytes beside them, and half the time of one put together from its parts.
 */
export class SequenceNumbers {
  /** What the shard's numbers begin with. */
  readonly prefix: string;
  #beginIndex = -1;
  #begin = '';

  constructor(shard: ShardState) {
    this.prefix = sequencePrefix(shard);
  }

  /** @param place compact sequence number, a whole number from 0. */
  of(place: number): string {
    const index = Math.floor(place / ENDS_COUNT);
    if (index !== this.#beginIndex) {
      this.#beginIndex = index;
      this.#begin = this.prefix + digits(index, PLACE_DIGITS - END_DIGITS);
    }
    const last = place - index * ENDS_COUNT;
    ends[last] ??= digits(last, END_DIGITS) + PADDING;
    return this.#begin + ends[last];
  }
}

export const startingSequenceNumber = (shard: ShardState): string => new SequenceNumbers(shard).of(0);
export const endingSequenceNumber = (shard: ShardState): string => new SequenceNumbers(shard).of(LAST_PLACE);

/** What a message says of the shard that a number was used on. */
export interface ShardWhere {
  readonly shardId: string;
  readonly streamName: string;
  readonly accountId: string;
}

/**
 * The place that a sequence number of a shard stands for.
 * @throws InvalidArgumentException when it is no sequence number, or another shard's.
 */
export function placeOf(sequenceNumber: string, prefix: string, where: ShardWhere): number {
  const place = sequenceNumber.startsWith(prefix) && sequenceNumber.length === DIGITS ? placeIn(sequenceNumber) : -1;
  if (place >= 0) return place;
  const isOurs = isSequenceNumber(sequenceNumber);
  const encoded = isOurs ? shardIdOf(Number(sequenceNumber.slice(PLACE_AT - INDEX_DIGITS, PLACE_AT))) : where.shardId;
  if (encoded !== where.shardId) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${encoded}, while it was used in a call to a shard with ${where.shardId}`,
    );
  }
  const because = isOurs ? ' because it did not come from this stream' : '';
  throw invalidArgument(
    `StartingSequenceNumber ${sequenceNumber} used in GetShardIterator on shard ${where.shardId} in stream ${where.streamName} under account ${where.accountId} is invalid${because}.`,
  );
}

/** Whether a text can be a sequence number of this engine. */
export function isSequenceNumber(text: string): boolean {
  return text.length === DIGITS && text.startsWith(MARK) && placeIn(text) >= 0;
}

function placeIn(sequenceNumber: string): number {
  const text = sequenceNumber.slice(PLACE_AT, PLACE_AT + PLACE_DIGITS);
  return /^\d+$/.test(sequenceNumber) ? Math.min(Number(text), LAST_PLACE) : -1;
}

const ZEROS = '0000000000000000';

function digits(value: number, count: number): string {
  const text = String(value);
  return ZEROS.slice(0, count - text.length) + text;
}
