import type { Account } from '../account.ts';
import { invalidArgument } from '../errors.ts';
import { TAGS_MAX } from './quotas.ts';

/** SDK, TagResource: "Unicode letters, digits, white space, or these symbols: _ . : / = + - @". */
const ILLEGAL = /[^\p{L}\p{M}\p{N}\s_.:/=+\-@]/u;
const NEVER_LEGAL = /[^\p{L}\p{M}\p{N}\s_.:/=+\-@%]/u;

/**
 * Checks tags before they are added.
 * @param subject name for the message.
 * @throws InvalidArgumentException for a character that AWS does not accept, and for more than 50 tags in all.
 */
export function checkTags(
  subject: string,
  account: Account,
  added: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>> = {},
): void {
  checkTagKeys(Object.keys(added));
  checkTagCharacters([...Object.keys(added), ...Object.values(added)], `add tags to stream ${subject}`, account);
  if (new Set([...Object.keys(added), ...Object.keys(present)]).size <= TAGS_MAX) return;
  throw invalidArgument(
    `Failed to add tags to stream ${subject} under account ${account.options.accountId} because a given stream cannot ` +
      `have more than ${TAGS_MAX} tags associated with it.`,
  );
}

/** AWS reserves keys that begin with `aws:`, in letters of either case: nobody else adds or removes one. */
export function checkTagKeys(keys: readonly string[]): void {
  if (!keys.some((key) => /^aws:/i.test(key))) return;
  throw invalidArgument('aws: prefixed tag key names are not allowed for external use.');
}

/** AWS rejects a percent sign later, and in other words, than the rest (kinesalite, from live responses). */
export function checkTagCharacters(texts: readonly string[], action: string, account: Account): void {
  if (texts.some((text) => NEVER_LEGAL.test(text))) {
    throw invalidArgument(
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.',
    );
  }
  if (texts.some((text) => ILLEGAL.test(text))) {
    throw invalidArgument(
      `Failed to ${action} under account ${account.options.accountId} because some tags contained illegal characters. ` +
        "The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.",
    );
  }
}
