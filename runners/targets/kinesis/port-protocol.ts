import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A TLS handshake that takes longer than this makes the port be tried without TLS as well. */
const HANDSHAKE_MS = 250;
/** Within the second in which a user expects to hear that the address is wrong. */
const LOOK_MS = 800;
const OPTIONS = 'OPTIONS / HTTP/1.1\r\nHost: streamgauge\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/**
 * Detects that the endpoint's port uses another protocol than its address.
 * @returns `plain` for an https address whose port speaks HTTP without TLS, `tls` for an http address whose port speaks
 *   TLS; undefined when the port fits, or when that cannot be seen soon.
 */
export async function otherProtocol(endpoint: string): Promise<'plain' | 'tls' | undefined> {
  const url = new URL(endpoint);
  const looking = new AbortController();
  const timer = setTimeout(() => looking.abort(), LOOK_MS);
  try {
    if (url.protocol === 'http:') return (await speaksTls(url, looking.signal)) === 'yes' ? 'tls' : undefined;
    const handshake = speaksTls(url, looking.signal);
    const spoken = await Promise.race([handshake, after(HANDSHAKE_MS)]);
    if (spoken === 'yes') return undefined;
    // A slow handshake may still succeed; a port without TLS responds to a plain request.
    const respondsPlainly = speaksPlain(url, looking.signal);
    const first = spoken === 'no' ? 'no' : await Promise.race([handshake, respondsPlainly.then(() => 'no' as const)]);
    return first === 'no' && (await respondsPlainly) ? 'plain' : undefined;
  } finally {
    clearTimeout(timer);
    looking.abort();
  }
}

function after(ms: number): Promise<'unknown'> {
  return new Promise((resolve) => setTimeout(() => resolve('unknown'), ms).unref());
}

function addressOf({ protocol, hostname, port }: URL): { readonly host: string; readonly port: number } {
  const host = hostname.replace(/^\[(?<address>.*)\]$/u, '$<address>');
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

function speaksTls(url: URL, signal: AbortSignal): Promise<'yes' | 'no'> {
  const address = addressOf(url);
  // The certificate does not matter here: the call that follows checks it.
  const name = isIP(address.host) === 0 ? { servername: address.host } : {};
  const socket = connectTls({ ...address, ...name, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] });
  return new Promise((resolve) => {
    const end = (spoken: 'yes' | 'no') => {
      resolve(spoken);
      socket.destroy();
    };
    socket.on('error', () => end('no')).on('close', () => end('no'));
    socket.once('secureConnect', () => end('yes'));
    signal.addEventListener('abort', () => end('no'), { once: true });
  });
}

function speaksPlain(url: URL, signal: AbortSignal): Promise<boolean> {
  const socket = connect(addressOf(url));
  return new Promise((resolve) => {
    const end = (isPlain: boolean) => {
      resolve(isPlain);
      socket.destroy();
    };
    socket.on('error', () => end(false)).on('close', () => end(false));
    socket.once('connect', () => socket.write(OPTIONS));
    socket.once('data', (bytes) => end(bytes.toString('latin1', 0, 5) === 'HTTP/'));
    signal.addEventListener('abort', () => end(false), { once: true });
  });
}
