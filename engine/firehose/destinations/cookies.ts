const COOKIES_MAX = 20;
const COOKIE_CHARACTERS_MAX = 4096;

/** The cookies of one server, which a load balancer sets to send later requests to the same process. */
export class Cookies {
  readonly #values = new Map<string, string>();

  /** @param lines values of Set-Cookie headers; attributes are ignored. */
  keep(lines: readonly string[] = []): void {
    for (const line of lines) {
      const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined || value === undefined || line.length > COOKIE_CHARACTERS_MAX) continue;
      if (this.#values.size < COOKIES_MAX || this.#values.has(name)) this.#values.set(name, value.trim());
    }
  }

  /** The Cookie header, none without cookies. */
  get headers(): Readonly<Record<string, string>> {
    if (this.#values.size === 0) return {};
    return { Cookie: [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}
