import type { Account } from '../account.ts';
import { DISK_RETRY_MS, notKept, writeRecovered } from '../store/store-defect.ts';

/**
 * Writes down every change of an account as it is made. A disk that does not take one ends nothing: it is told once, the
 * change stands in memory, and it is tried again until it is down. The call that made it is answered with a failure by
 * `Account.whenKept`; a state that follows by time goes on.
 *
 * @param save writes the whole account; throws what the file system says.
 * @returns how to stop that.
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
