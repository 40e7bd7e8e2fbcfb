import { isIPv4 } from 'node:net';

/** @returns why a delivery stream cannot deliver to this address, undefined if it can. Never has the address, which may hold a password. */
export function endpointUrlProblem(member: string, text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return `${member} must be a URL.`;
  if (!isDecodable(url.username) || !isDecodable(url.password))
    return `${member} must have each % of its user and password written as %25.`;
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return undefined;
  return `${member} must start with https://. Only addresses of this machine, such as http://127.0.0.1:8080, may start with http://.`;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** True for names and addresses of this machine. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname === '[::1]' ||
  hostname === '::1' ||
  (isIPv4(hostname) && hostname.startsWith('127.'));

/** @returns why a header cannot carry this secret, undefined if it can. Never has the secret. */
export function headerProblem(member: string, text: string, bytesMax: number): string | undefined {
  if (Buffer.byteLength(text) > bytesMax) return `${member} must have at most ${bytesMax} bytes.`;
  if (!HEADER_TEXT.test(text)) return `${member} must have only characters that an HTTP header can carry.`;
  return undefined;
}

/** Visible characters of ISO 8859-1, spaces and tabs: RFC 9110, 5.5. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;
