import { crc32 } from 'node:zlib';
import type { Account } from '../account.ts';
import { invalidArgument, KinesisError } from '../errors.ts';

/** AWS: "Tokens expire after 300 seconds." (ListShardsInput of the SDK) */
const LIFETIME_MS = 300_000;

export interface Page<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/** The first items after the last one of the page before, at most `limit`. */
export function pageOf<T>(items: readonly T[], limit: number): Page<T> {
  return { items: items.slice(0, limit), hasMore: items.length > limit };
}

/** Returns a token for the next page, valid for five minutes and for one operation. */
export function issueToken(account: Account, operation: string, position: object): string {
  const content = JSON.stringify([operation, account.clock.nowMs(), position]);
  return Buffer.from(`${crc32(content)} ${content}`).toString('base64url');
}

/**
 * Returns the position that a token of the operation holds.
 * @throws InvalidArgumentException if it is not a token of the operation; ExpiredNextTokenException after five minutes.
 */
export function readToken<Position>(account: Account, operation: string, token: string): Position {
  const text = Buffer.from(token, 'base64url').toString();
  const [, checksum, content = ''] = /^(\d+) (.*)$/s.exec(text) ?? [];
  if (Number(checksum) !== crc32(content)) throw invalidArgument('Invalid NextToken.');
  const [issuedFor, issuedAtMs, position]: [string, number, Position] = JSON.parse(content);
  if (issuedFor !== operation) throw invalidArgument(`Invalid NextToken: it was issued by ${issuedFor}.`);
  const ageMs = account.clock.nowMs() - issuedAtMs;
  if (ageMs <= LIFETIME_MS) return position;
  throw new KinesisError(
    'ExpiredNextTokenException',
    `NextToken expired: it was issued ${Math.floor(ageMs / 1000)} s ago, and the tolerated delay is ${LIFETIME_MS} milliseconds.`,
  );
}

/** Timestamps of AWS differ only if their whole seconds do. */
export const sameSecond = (a: Date, bMs: number): boolean => Math.floor(a.getTime() / 1000) === Math.floor(bMs / 1000);
