import type { SigningIdentity } from './request-signature.ts';
import type { ConfiguredClient } from './service-address.ts';

/** Before credentials expire, they are renewed while the old ones still sign. The SDK uses the same time. */
const RENEW_BEFORE_MS = 300_000;
/** A failed renewal is tried again after this time. */
const RENEW_INTERVAL_MS = 5000;

type Provider = ConfiguredClient['config']['credentials'];
type Credentials = Awaited<ReturnType<Provider>>;

/** The credentials of the SDK's provider, at hand without a promise as long as they are valid. */
export class SigningIdentities {
  readonly #provider: Provider;
  #current: Credentials | undefined;
  #renewAtMs = Number.NEGATIVE_INFINITY;
  #expiresAtMs = Number.NEGATIVE_INFINITY;
  #renewing: Promise<SigningIdentity> | undefined;

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  /** Undefined if the credentials have expired or were never read: await `renewed` then. */
  at(nowMs: number): SigningIdentity | undefined {
    if (nowMs >= this.#expiresAtMs) return undefined;
    // A failed renewal is reported when the old credentials have expired.
    if (nowMs >= this.#renewAtMs) this.renewed().catch(() => {});
    return this.#current;
  }

  /** @throws the provider's error */
  renewed(): Promise<SigningIdentity> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(): Promise<SigningIdentity> {
    this.#renewAtMs = Date.now() + RENEW_INTERVAL_MS;
    const credentials = await this.#provider();
    this.#current = credentials;
    this.#expiresAtMs = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    this.#renewAtMs = Math.max(this.#expiresAtMs - RENEW_BEFORE_MS, this.#renewAtMs);
    return credentials;
  }
}
