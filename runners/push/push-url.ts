import { RunnerError } from '../errors.ts';

const SHORTEST_TOKEN = 6;

/** A URL taken apart, so that its secrets go into a header and nowhere else. */
export interface PushUrl {
  /** Without user and password. */
  readonly url: URL;
  /** For people: without user, password and query, which may hold a token. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Never to be shown, wherever they turn up. */
  readonly secrets: readonly string[];
}

/** @throws RUNNER_USAGE for what is no http or https URL; the text is not repeated, because it may hold a password. */
export function parsePushUrl(flag: string, text: string): PushUrl {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.host === '') {
    const what = `--${flag} is not a URL with http or https`;
    throw new RunnerError('RUNNER_USAGE', { what, fix: `Write --${flag} http://HOST:PORT.` });
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const hasCredentials = user !== '' || password !== '';
  // Shorter values of a query are no tokens, and hiding every `1` would leave nothing to read.
  const tokens = [...url.searchParams.values()].filter(({ length }) => length >= SHORTEST_TOKEN);
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

/** The URL with another path; what it shows follows. */
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
