import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Faults } from '../../twin/faults.ts';
import { Account, type SharedParts } from '../account.ts';
import type { AccountState } from '../account-state.ts';
import { type Clock, VirtualClock } from '../clock.ts';
import { startUpkeep } from '../control/upkeep.ts';
import { arnIn } from '../identifiers/arn.ts';
import { type AccountOptions, DEFAULT_ACCOUNT } from '../options.ts';
import { Intake } from '../records/intake.ts';
import type { StreamState } from '../stream/stream-state.ts';
import { upgradedStream } from '../stream/stream-upgrade.ts';
import { keepAccount } from './account-keeper.ts';
import { ACCOUNT_ID_PATTERN, type AccountPlace, Accounts, type OpenAccount, REGION_PATTERN } from './accounts.ts';

export interface AccountsOptions extends Partial<AccountOptions> {
  /** Account ids by access key: calls that are signed with the key are of that account. */
  readonly accountOf?: Readonly<Record<string, string>> | undefined;
}

/** Saved state of an account. Its records are in the folders of the shards. */
interface SavedAccount {
  readonly account: AccountState;
  readonly streams: readonly StreamState[];
  /** Time of the clock when it was saved; absent in folders of earlier versions. */
  readonly nowMs?: number;
  /** Account and region; absent in folders of earlier versions. */
  readonly place?: AccountPlace;
}

type Files = typeof import('../store/account-file.ts');

/**
 * Starts an engine's accounts, where the last ones with their data directory ended. The folder itself belongs to the
 * account and region that were the home ones when it was first written; each other has `accounts/ID/REGION` in it.
 * @throws Error when the folder is in use by another process, or what it holds is damaged or newer than this program.
 */
export async function openAccounts({ accountOf = {}, ...options }: AccountsOptions): Promise<Accounts> {
  const { dataDir, seed = DEFAULT_ACCOUNT.seed } = options;
  const { accountId = DEFAULT_ACCOUNT.accountId, region = DEFAULT_ACCOUNT.region } = options;
  const home: AccountPlace = { accountId, region };
  const shared: SharedParts = { faults: new Faults(seed, accountId), intake: new Intake() };
  if (dataDir === undefined) {
    const open = (place: AccountPlace) => running(new Account({ ...options, ...place }, shared));
    return new Accounts(open(home), [], accountOf, open, () => {});
  }
  const files = await import('../store/account-file.ts');
  const unlock = files.lockFolder(dataDir);
  const opened: OpenAccount[] = [];
  try {
    const first = (files.loadAccountFile(dataDir) as SavedAccount | undefined)?.place ?? home;
    const folderOf = (place: AccountPlace): string =>
      isSame(place, first) ? dataDir : join(dataDir, 'accounts', place.accountId, place.region);
    const accountAt = (place: AccountPlace) => new Account({ ...options, ...place, dataDir: folderOf(place) }, shared);
    for (const place of [first, ...(await savedPlaces(dataDir))]) {
      opened.push(await restored(accountAt(place), files));
    }
    const open = (place: AccountPlace) => kept(accountAt(place), files);
    const isHome = ({ account }: OpenAccount) => isSame(account.options, home);
    const others = opened.filter((each) => !isHome(each));
    return new Accounts(opened.find(isHome) ?? open(home), others, accountOf, open, unlock);
  } catch (error) {
    await Promise.allSettled(opened.map((each) => each.close()));
    unlock();
    throw error;
  }
}

const isSame = (a: AccountPlace, b: AccountPlace): boolean => a.accountId === b.accountId && a.region === b.region;

/** Accounts and regions that have a folder of their own. Other entries of the directory are left untouched. */
async function savedPlaces(dataDir: string): Promise<readonly AccountPlace[]> {
  const namesIn = async (folder: string, pattern: RegExp) =>
    (await readdir(folder).catch(() => [])).filter((name) => pattern.test(name)).sort();
  const accounts = join(dataDir, 'accounts');
  const places: AccountPlace[] = [];
  for (const accountId of await namesIn(accounts, ACCOUNT_ID_PATTERN)) {
    for (const region of await namesIn(join(accounts, accountId), REGION_PATTERN)) places.push({ accountId, region });
  }
  return places;
}

/** An account as its folder has it. */
async function restored(account: Account, files: Files): Promise<OpenAccount> {
  const folder = account.folder.path;
  const saved = files.loadAccountFile(folder) as SavedAccount | undefined;
  if (saved !== undefined) {
    turnOn(account.clock, saved.nowMs);
    restore(account, saved);
  }
  await removeOrphans(account);
  files.saveAccountFile(folder, savedOf(account));
  return kept(account, files, true);
}

/** An account whose every change is written to its folder. One that was never written and never changes stays unwritten. */
function kept(account: Account, files: Files, wasWritten = false): OpenAccount {
  let isWritten = wasWritten;
  const save = () => {
    files.saveAccountFile(account.folder.path, savedOf(account));
    isWritten = true;
  };
  const stopKeeping = keepAccount(account, save);
  const { close } = running(account);
  return {
    account,
    close: async () => {
      await close().finally(stopKeeping);
      if (isWritten || !account.isEmpty) save();
    },
  };
}

/** Starts what the account does by itself, until it is closed. */
function running(account: Account): OpenAccount {
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
  place: { accountId: account.options.accountId, region: account.options.region },
});

/**
 * A virtual clock starts with the machine's time, which the one before may have left days behind: streams would be younger
 * than nothing, and take no record before their birth. The machine's own clock is believed.
 */
function turnOn(clock: Clock, untilMs = 0): void {
  if (clock instanceof VirtualClock) clock.advance(Math.max(0, untilMs - clock.nowMs()));
}

/** The account's upkeep completes changes of state that the last engine had not; deleted streams are gone. */
function restore(account: Account, saved: SavedAccount): void {
  const channels = saved.account.channels.map((channel) => ({ ...channel, arn: arnIn(account.options, channel.arn) }));
  account.state = { ...saved.account, channels };
  for (const state of saved.streams)
    if (state.status !== 'DELETING') account.addStream(upgradedStream(account.options, state));
}

/** Folders of streams that are gone: the last engine ended before it had removed them. */
async function removeOrphans(account: Account): Promise<void> {
  const streams = join(account.folder.path, 'streams');
  const folders = await readdir(streams).catch(() => []);
  const known = new Set(account.streams.map(({ state }) => account.folder.ofStream(state)));
  const orphans = folders.map((name) => join(streams, name)).filter((folder) => !known.has(folder));
  await Promise.all(orphans.map((folder) => rm(folder, { recursive: true, force: true })));
}
