import { runnerError } from '../errors.ts';

const TOKEN_LENGTH_MIN = 6;

/** The parts of a URL, separated so that its secrets are used only in a header. */
export interface PushUrl {
  /** URL without user and password. */
  readonly url: URL;
  /** Text for users, without user, password and query, which may contain a token. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must never be shown. */
  readonly secrets: readonly string[];
}

/**
 * @throws RUNNER_USAGE if the text is not an http or https URL; the error does not contain it, because it may contain a
 * password.
 */
export function parsePushUrl(flag: string, text: string): PushUrl {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.host === '') {
    const what = `--${flag} is not a URL with http or https`;
    throw runnerError('RUNNER_USAGE', { what, fix: `Write --${flag} http://HOST:PORT.` });
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const hasCredentials = user !== '' || password !== '';
  // Shorter values of a query are not tokens, and hiding every `1` would make messages unreadable.
  const tokens = [...url.searchParams.values()].filter(({ length }) => length >= TOKEN_LENGTH_MIN);
  const secrets = [password, url.password, ...(hasCredentials ? [basic] : []), ...tokens];
  url.username = '';
  url.password = '';
  url.hash = '';
  return {
    url,
    shown: `${url.origin}${url.pathname}`,
    headers: hasCredentials ? { authorization: `Basic ${basic}` } : {},
    secrets: secrets.filter((secret) => secret !== ''),
  };
}

/** Returns the URL with another path, also in the shown text. */
export function withPath(target: PushUrl, path: string): PushUrl {
  const url = new URL(target.url);
  url.pathname = path;
  return { ...target, url, shown: `${url.origin}${url.pathname}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
