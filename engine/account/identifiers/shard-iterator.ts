import { crc32 } from 'node:zlib';
import { invalidArgument, KinesisError } from '../errors.ts';

/** A place in a shard, as a GetRecords call names it. */
export interface ShardIterator {
  readonly streamName: string;
  /** Distinguishes a stream from a deleted one of the same name. */
  readonly streamCreatedAtMs: number;
  readonly shardIndex: number;
  /** Compact sequence number: the next record is the first at or after it. */
  readonly place: number;
  readonly issuedAtMs: number;
}

/** AWS: an iterator expires five minutes after it is returned. */
const LIFETIME_MS = 300_000;
const VERSION = 'sg1';

/** Opaque to clients: base64 of the fields and their checksum, at most some 300 characters. */
export function formatShardIterator(iterator: ShardIterator): string {
  const { streamName, streamCreatedAtMs, shardIndex, place, issuedAtMs } = iterator;
  const fields = `${VERSION} ${streamName} ${streamCreatedAtMs} ${shardIndex} ${place} ${issuedAtMs}`;
  return Buffer.from(`${fields} ${crc32(fields)}`, 'latin1').toString('base64');
}

/**
 * @throws InvalidArgumentException when it is not an iterator of this engine; ExpiredIteratorException when it is too
 *   old.
 */
export function parseShardIterator(text: string, nowMs: number): ShardIterator {
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  const cut = decoded.lastIndexOf(' ');
  const [version, streamName, streamCreatedAtMs, shardIndex, place, issuedAtMs] = decoded.slice(0, cut).split(' ');
  if (version !== VERSION || streamName === undefined || crc32(decoded.slice(0, cut)) !== Number(decoded.slice(cut))) {
    throw invalidArgument('Invalid ShardIterator.');
  }
  const ageMs = nowMs - Number(issuedAtMs);
  if (ageMs > LIFETIME_MS) {
    throw new KinesisError(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${dateOf(Number(issuedAtMs))} while right now it is ${dateOf(nowMs)} which is further in the future than the tolerated delay of ${LIFETIME_MS} milliseconds.`,
    );
  }
  return {
    streamName,
    streamCreatedAtMs: Number(streamCreatedAtMs),
    shardIndex: Number(shardIndex),
    place: Number(place),
    issuedAtMs: Number(issuedAtMs),
  };
}

/** Dates in messages of AWS: Thu Jan 22 01:22:02 UTC 2015. */
function dateOf(epochMs: number): string {
  const [weekday = '', day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${weekday.replace(',', '')} ${month} ${day} ${time} UTC ${year}`;
}
