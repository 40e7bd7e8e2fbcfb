import type { Account } from '../account.ts';
import { allEnded } from '../all-ended.ts';
import { KinesisError, limitExceeded } from '../errors.ts';
import { AccountService } from './account-service.ts';

/** The caller, as the credential scope of a signature names it. */
export interface CallScope {
  readonly accessKey: string;
  readonly region: string;
}

/** An account's id and a region: what an ARN names, and what has streams of its own. */
export interface AccountPlace {
  readonly accountId: string;
  readonly region: string;
}

export interface OpenAccount {
  readonly account: Account;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

/** Also those of other emulators, such as `local`. A region is the name of a folder too. */
export const REGION_PATTERN: RegExp = /^[a-z0-9-]{1,32}$/;
export const ACCOUNT_ID_PATTERN: RegExp = /^\d{12}$/;

/** Any caller may name any region, so the number of accounts that hold something is limited. */
export const ACCOUNTS_MAX = 200;

interface Held extends OpenAccount {
  readonly service: AccountService;
}

/**
 * The accounts and regions of an engine. Each has streams of its own and is made when its first call comes. The home
 * account in the home region is there from the start.
 */
export class Accounts {
  readonly home: Account;
  readonly homeService: AccountService;
  readonly #accountIds: ReadonlyMap<string, string>;
  readonly #open: (place: AccountPlace) => OpenAccount;
  readonly #unlock: () => void;
  readonly #held = new Map<string, Held>();

  /**
   * @param accountIds by access key; other keys belong to the home account.
   * @param opened the home account, and those that a data directory has.
   * @param open makes one more account, empty.
   */
  constructor(
    home: OpenAccount,
    opened: readonly OpenAccount[],
    accountIds: Readonly<Record<string, string>>,
    open: (place: AccountPlace) => OpenAccount,
    unlock: () => void,
  ) {
    this.home = home.account;
    this.homeService = this.#hold(home).service;
    for (const other of opened) this.#hold(other);
    this.#accountIds = new Map(Object.entries(accountIds));
    this.#open = open;
    this.#unlock = unlock;
  }

  /** The home account first. */
  get all(): readonly Account[] {
    return [...this.#held.values()].map(({ account }) => account);
  }

  /**
   * The service that a caller's signature chooses; a scope that is not known is that of the home account.
   * @throws KinesisError for what is no region, and when too many regions and accounts hold something.
   */
  serviceOf(scope: CallScope | undefined): AccountService {
    if (scope === undefined) return this.homeService;
    const { options } = this.home;
    const accountId = this.#accountIds.get(scope.accessKey) ?? options.accountId;
    if (scope.region === options.region && accountId === options.accountId) return this.homeService;
    return this.serviceIn({ accountId, region: scope.region });
  }

  /** @throws KinesisError as `serviceOf` does. */
  serviceIn(place: AccountPlace): AccountService {
    const held = this.#held.get(nameOf(place));
    if (held !== undefined) return held.service;
    if (!REGION_PATTERN.test(place.region)) {
      const message = `Credential should be scoped to a valid region, not '${place.region}'. `;
      throw new KinesisError('InvalidSignatureException', message);
    }
    if (this.#held.size >= ACCOUNTS_MAX) this.#makeRoom();
    return this.#hold(this.#open(place)).service;
  }

  /** Ends every account, also when one of them cannot be written. */
  async close(): Promise<void> {
    await allEnded([...this.#held.values()].map((held) => held.close())).finally(this.#unlock);
  }

  #hold(opened: OpenAccount): Held {
    const held = { ...opened, service: new AccountService(opened.account) };
    this.#held.set(nameOf(opened.account.options), held);
    return held;
  }

  /** Forgets an account that holds nothing. */
  #makeRoom(): void {
    for (const [name, held] of this.#held) {
      if (held.account === this.home || !held.account.isEmpty) continue;
      this.#held.delete(name);
      // Data of an empty account that a full disk does not accept is no loss.
      held.close().catch(() => {});
      return;
    }
    throw limitExceeded(
      `This engine has streams in as many regions and accounts as it can have. Limit: ${ACCOUNTS_MAX}. Delete the streams of one of them first.`,
    );
  }
}

const nameOf = ({ accountId, region }: AccountPlace): string => `${accountId}/${region}`;
