import { hash } from 'node:crypto';
import type { WireRequest } from './exchange.ts';

/**
 * The text that a signature of version 4 signs: method, path, query, signed headers, their names, and the hash of
 * the body, one line each.
 * @param signedHeaders lower-case names with semicolons between.
 * Source: AWS, "Create a signed AWS API request", step 1. Kinesis, unlike S3, encodes the path twice.
 */
export function canonicalRequest(request: WireRequest, signedHeaders: string): string {
  const { method, target, headers, body } = request;
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? '' : target.slice(queryAt + 1);
  const lines = signedHeaders.split(';').map((name) => `${name}:${headerValue(headers, name)}\n`);
  return `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${lines.join('')}\n${signedHeaders}\n${hash('sha256', body)}`;
}

/** HTTP/2 names the host `:authority`; a proxy may have changed one version into the other. */
function headerValue(headers: WireRequest['headers'], name: string): string {
  const value = name === 'host' || name === ':authority' ? (headers[':authority'] ?? headers.host) : headers[name];
  return String(value ?? '')
    .trim()
    .replace(/\s+/g, ' ');
}

/** The path without empty and dotted segments, each encoded once more than in the request. */
function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/';
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  return `/${segments.join('/')}${path.endsWith('/') && segments.length > 0 ? '/' : ''}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='));
  const encoded = pairs.map((pair) => {
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    return [encode(decode(name)), encode(decode(value))] as const;
  });
  return encoded
    .sort(([aName, aValue], [bName, bValue]) => compare(aName, bName) || compare(aValue, bValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Encodes everything except letters, digits and `-_.~`, which is more than encodeURIComponent encodes. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Returns a malformed text unchanged; its signature will not match then. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
