import { Account } from './account.ts';
import type { AccountOptions } from './options.ts';

export interface OpenAccount {
  readonly account: Account;
  /** Writes what is still to be written and lets the folder go. */
  close(): Promise<void>;
}

/** Starts an account, where the last one with its data directory ended. */
export async function openAccount(options: Partial<AccountOptions>): Promise<OpenAccount> {
  const account = new Account(options);
  return { account, close: () => account.close() };
}
