import type { Account } from '../account.ts';
import { DISK_RETRY_MS, notKept, writeRecovered } from '../store-defect.ts';

/**
 * Saves every change of an account when it is made. A disk failure does not stop the account: it is reported once, the change
 * stays in memory, and saving is retried until it succeeds. The call that made the change fails (`Account.whenKept`); changes
 * of state by timers continue.
 *
 * @param save writes the whole account; throws errors of the file system.
 * @returns a function that stops it.
 */
export function keepAccount(account: Account, save: () => void): () => void {
  const { clock, onDefect } = account.options;
  const { path } = account.folder;
  let isFailing = false;
  let callOffRetry: (() => void) | undefined;
  const keep = (): boolean => {
    try {
      save();
    } catch (cause) {
      if (!isFailing) onDefect(notKept(path, cause));
      isFailing = true;
      callOffRetry ??= clock.at(clock.nowMs() + DISK_RETRY_MS, () => {
        callOffRetry = undefined;
        keep();
      });
      return false;
    }
    if (isFailing) onDefect(writeRecovered(path));
    isFailing = false;
    callOffRetry?.();
    callOffRetry = undefined;
    return true;
  };
  account.onChange = keep;
  return () => {
    account.onChange = undefined;
    callOffRetry?.();
  };
}
