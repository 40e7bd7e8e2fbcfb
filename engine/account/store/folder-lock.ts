import { readFileSync, readlinkSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineError, engineError } from '../../errors.ts';
import { makeFolder } from './make-folder.ts';

/** The holder touches its lock this often; only those look at that who cannot see the holder's process. */
const TOUCH_MS = 2000;
const FORSAKEN_MS = 5 * TOUCH_MS;
const TRIES = 5;

interface Holder {
  readonly pid: number;
  /** When the process started, in the system's ticks: a number of a process is used again, this is not. */
  readonly startedAt: string;
  /** Processes of another container have other numbers. */
  readonly namespace: string;
}

/**
 * Keeps a folder for one account of one process, and creates it if there is none. The lock of a process that has died is
 * replaced.
 *
 * @param name the lock's file in the folder.
 * @returns what gives the folder free.
 * @throws EngineError DATA_FOLDER_IN_USE.
 */
export function lockFolder(folder: string, name = 'lock'): () => void {
  makeFolder(folder);
  const path = join(folder, name);
  const text = JSON.stringify(holderOf(process.pid));
  for (let tries = 0; !create(path, text); tries++) {
    const before = readLock(path);
    if (before === undefined) continue;
    if (tries === TRIES || isHeld(before.text, before.touchedAtMs)) throw inUse(folder, path, before.text);
    takeAway(path, before.text);
  }
  const touch = setInterval(() => attempt(() => utimesSync(path, new Date(), new Date())), TOUCH_MS);
  touch.unref();
  return () => {
    clearInterval(touch);
    if (readLock(path)?.text === text) attempt(() => unlinkSync(path));
  };
}

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // A full disk creates the file and does not take its content.
    attempt(() => unlinkSync(path));
    throw error;
  }
}

/**
 * Removes a lock that nobody holds. Several processes may find it at once, and one of them may have put its own there
 * meanwhile; so the file is moved aside first, and put back if it is not the one that was looked at.
 */
function takeAway(path: string, text: string): void {
  const aside = `${path}.${process.pid}`;
  attempt(() => {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== text) renameSync(aside, path);
    else unlinkSync(aside);
  });
}

function isHeld(text: string, touchedAtMs: number): boolean {
  const isFresh = Date.now() - touchedAtMs < FORSAKEN_MS;
  const holder = holderIn(text);
  // A lock without a holder is just being written, or was when its process died.
  if (holder === undefined || holder.namespace !== namespaceOf()) return isFresh;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = holderOf(holder.pid);
  return now.startedAt === holder.startedAt;
}

function inUse(folder: string, path: string, text: string): EngineError {
  const holder = holderIn(text);
  const by =
    holder === undefined ? 'another process' : holder.pid === process.pid ? 'this process' : `process ${holder.pid}`;
  return engineError('DATA_FOLDER_IN_USE', {
    what: `${by} uses the folder`,
    where: folder,
    fix: `End that process or use another folder. If nothing uses it, delete ${path}.`,
  });
}

function readLock(path: string): { readonly text: string; readonly touchedAtMs: number } | undefined {
  try {
    return { text: readFileSync(path, 'utf8'), touchedAtMs: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const holder: Partial<Holder> | null = JSON.parse(text);
    return typeof holder?.pid === 'number' ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function holderOf(pid: number): Holder {
  return { pid, startedAt: startOf(pid), namespace: namespaceOf() };
}

/** Field 22 of /proc/[pid]/stat; field 2 is a name in brackets that may hold anything. A process that is only waited for is none. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19]!;
  } catch {
    return 'unknown';
  }
}

function namespaceOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'unknown';
  }
}

function attempt(what: () => void): void {
  try {
    what();
  } catch {
    // Somebody else was faster, or the folder is gone.
  }
}
