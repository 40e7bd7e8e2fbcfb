import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, VirtualClock } from '../clock.ts';
import { Account } from './account.ts';
import { keepAccount } from './account-keeper.ts';
import type { AccountState } from './account-state.ts';
import { startUpkeep } from './control/upkeep.ts';
import type { AccountOptions } from './options.ts';
import type { StreamState } from './stream-state.ts';

export interface OpenAccount {
  readonly account: Account;
  /** Writes what is still to be written and lets the folder go. */
  close(): Promise<void>;
}

/** What a data directory says of an account; its records stand in the shards' folders. */
interface SavedAccount {
  readonly account: AccountState;
  readonly streams: readonly StreamState[];
  /** What time it was; folders of earlier versions do not know. */
  readonly nowMs?: number;
}

/**
 * Starts an account, where the last one with its data directory ended.
 * @throws Error when the folder is in use by another process, or what it holds is damaged or newer than this program.
 */
export async function openAccount(options: Partial<AccountOptions>): Promise<OpenAccount> {
  const account = new Account(options);
  const { dataDir } = options;
  if (dataDir === undefined) return opened(account);
  const { loadAccountFile, lockFolder, saveAccountFile } = await import('../archive/account-file.ts');
  const unlock = lockFolder(dataDir);
  const save = () => saveAccountFile(dataDir, savedOf(account));
  try {
    const saved = loadAccountFile(dataDir) as SavedAccount | undefined;
    if (saved !== undefined) {
      turnOn(account.clock, saved.nowMs);
      restore(account, saved);
    }
    await removeOrphans(account);
    save();
  } catch (error) {
    unlock();
    throw error;
  }
  const stopKeeping = keepAccount(account, save);
  const { close } = opened(account);
  const closeAndSave = async () => {
    await close().finally(stopKeeping);
    save();
  };
  // The folder is free afterwards, even of an account that could not be written.
  return { account, close: () => closeAndSave().finally(unlock) };
}

/** Starts what the account does by itself, until it is closed. */
function opened(account: Account): OpenAccount {
  const stopUpkeep = startUpkeep(account);
  const close = async () => {
    stopUpkeep();
    await account.close();
  };
  return { account, close };
}

const savedOf = (account: Account): SavedAccount => ({
  account: account.state,
  streams: account.streams.map(({ state }) => state),
  nowMs: account.clock.nowMs(),
});

/**
 * A virtual clock starts with the machine's time, which the one before may have left days behind: streams would be younger
 * than nothing, and take no record before their birth. The machine's own clock is believed.
 */
function turnOn(clock: Clock, untilMs = 0): void {
  if (clock instanceof VirtualClock) clock.advance(Math.max(0, untilMs - clock.nowMs()));
}

/** What was on its way when the last engine ended goes on with the account's upkeep; deleted streams are gone. */
function restore(account: Account, saved: SavedAccount): void {
  account.state = saved.account;
  for (const state of saved.streams) if (state.status !== 'DELETING') account.addStream(state);
}

/** Folders of streams that are gone: the last engine ended before it had removed them. */
async function removeOrphans(account: Account): Promise<void> {
  const streams = join(account.folder.path, 'streams');
  const folders = await readdir(streams).catch(() => []);
  const known = new Set(account.streams.map(({ state }) => account.folder.ofStream(state)));
  const orphans = folders.map((name) => join(streams, name)).filter((folder) => !known.has(folder));
  await Promise.all(orphans.map((folder) => rm(folder, { recursive: true, force: true })));
}
