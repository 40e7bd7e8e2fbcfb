import { createHash } from 'node:crypto';

/** Names of files have at most 255 bytes on most systems; the rest is for suffixes such as `-merged` and a part's. */
const FOLDER_MAX_BYTES = 180;
/** Windows takes none of these as a name, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;
const DIGEST_LENGTH = 8;

/** A scenario's name as a folder's name, in the user's own letters: nothing that climbs, hides or needs quoting. */
export function folderName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[\p{M}.-]+|\.+$/gu, '');
  if (plain === '') return 'run';
  const safe = RESERVED.test(plain) ? `run-${plain}` : plain;
  if (Buffer.byteLength(safe) <= FOLDER_MAX_BYTES) return safe;
  // Names that differ only after the cut keep folders of their own.
  let start = safe;
  while (Buffer.byteLength(start) > FOLDER_MAX_BYTES - DIGEST_LENGTH - 1) start = [...start].slice(0, -1).join('');
  return `${start}-${digestOf(name)}`;
}

/**
 * A name as AWS takes it for streams and consumers: letters, digits, dash, dot and underscore of ASCII. A name that had to
 * change carries a digest of the whole, so that no two names become one.
 */
export function awsName(name: string, lengthMax: number): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-zA-Z0-9_.-]+/gu, '-')
    .replace(/^-+|-+$/gu, '');
  if (plain === name && name.length <= lengthMax) return name;
  const start = plain.slice(0, lengthMax - DIGEST_LENGTH - 1);
  return start === '' ? digestOf(name) : `${start}-${digestOf(name)}`;
}

/** A name that ends with a suffix and has at most `lengthMax` characters: the name is cut, the suffix is not. */
export const withSuffix = (name: string, suffix: string, lengthMax: number): string =>
  `${name.slice(0, lengthMax - suffix.length)}${suffix}`;

const digestOf = (name: string): string =>
  createHash('sha256').update(name.normalize('NFC')).digest('hex').slice(0, DIGEST_LENGTH);
