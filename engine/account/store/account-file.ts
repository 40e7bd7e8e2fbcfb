import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type EngineError, engineError } from '../../errors.ts';
import { makeFolder } from './make-folder.ts';
import { readIfThere } from './read-if-there.ts';
import { syncFolder } from './sync-folder.ts';

export { lockFolder } from './folder-lock.ts';

const NAME = 'account.json';
const FORMAT = 'streamgauge account';
const VERSION = 1;

/** The file's first line, about its second, which is the data as JSON. */
interface Heading {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly bytes: number;
  readonly crc32: number;
}

/**
 * Writes an account's plain data. A crash at any time leaves either the former file or this one.
 * @throws errors of the file system; the former file is unchanged then.
 */
export function saveAccountFile(folder: string, data: unknown): void {
  makeFolder(folder);
  const text = Buffer.from(JSON.stringify(data));
  const heading: Heading = { format: FORMAT, version: VERSION, bytes: text.length, crc32: crc32(text) };
  const path = join(folder, NAME);
  const file = openSync(`${path}.new`, 'w');
  try {
    writeFileSync(file, `${JSON.stringify(heading)}\n`);
    writeFileSync(file, text);
    writeFileSync(file, '\n');
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  syncFolder(folder);
}

/**
 * Returns the data that `saveAccountFile` wrote last; undefined if there is no file.
 * @throws EngineError ACCOUNT_FILE_DAMAGED, ACCOUNT_FILE_NEWER; or errors of the file system.
 */
export function loadAccountFile(folder: string): unknown {
  const path = join(folder, NAME);
  const bytes = readIfThere(path);
  if (bytes === undefined) return undefined;
  const lineEnd = bytes.indexOf('\n');
  const heading = headingIn(bytes.toString('utf8', 0, Math.max(0, lineEnd)));
  if (heading === undefined) throw damaged(path, 'its first line is not that of an account');
  if (heading.version > VERSION) {
    throw engineError('ACCOUNT_FILE_NEWER', {
      what: `the account file has version ${heading.version}, this program reads versions up to ${VERSION}`,
      where: path,
    });
  }
  const text = bytes.subarray(lineEnd + 1, lineEnd + 1 + heading.bytes);
  if (text.length !== heading.bytes) throw damaged(path, `it has ${text.length} of ${heading.bytes} bytes of data`);
  if (crc32(text) !== heading.crc32) throw damaged(path, 'its data do not match their checksum');
  return JSON.parse(text.toString());
}

const damaged = (path: string, why: string): EngineError =>
  engineError('ACCOUNT_FILE_DAMAGED', { what: `the account file is damaged: ${why}`, where: path });

function headingIn(line: string): Heading | undefined {
  try {
    const heading: Partial<Heading> | null = JSON.parse(line);
    if (heading?.format !== FORMAT || typeof heading.version !== 'number') return undefined;
    return heading as Heading;
  } catch {
    return undefined;
  }
}
