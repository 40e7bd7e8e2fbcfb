import type { Agent as HttpsAgent } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { agentsThrough } from '../proxy.ts';
import type { ServiceAddress } from './service-address.ts';

/** Way to the service. */
export interface Route {
  readonly address: ServiceAddress;
  readonly proxy: URL | undefined;
  /** The endpoint is on this machine: its certificate, which it made itself, is accepted. */
  readonly isLocal: boolean;
  readonly timeoutMs: number;
}

const READ_BYTES = 256 * 1024;

/**
 * Memory into which all sockets of a thread receive. The callback of one read returns before the next read begins, so that
 * one buffer is enough. Without it Node allocates 64 KiB for every read.
 */
let readBuffer: Buffer | undefined;

/**
 * Opens connections for HTTP/1.1: direct, through a plain proxy, or through a tunnel that CONNECT opens.
 * The returned function closes what it keeps.
 */
export function socketOpener({ address, proxy, isLocal, timeoutMs }: Route) {
  const { isTls, host, port } = address;
  const name = isIP(host) === 0 ? { servername: host } : {};
  const tls = { ...name, ALPNProtocols: ['http/1.1'], ...(isLocal ? { rejectUnauthorized: false } : {}) };
  const agent = proxy !== undefined && isTls ? agentsThrough(proxy, { timeout: timeoutMs }).httpsAgent : undefined;

  /** @param attach may be called later, with an error if there is no socket. */
  return (receive: (chunk: Buffer) => void, attach: (socket: Socket | undefined, error?: Error) => void): void => {
    if (agent !== undefined) {
      openTunnel(agent, { ...tls, host, port, timeout: timeoutMs }, receive, attach);
      return;
    }
    readBuffer ??= Buffer.allocUnsafeSlow(READ_BYTES);
    const buffer = readBuffer;
    const onread = {
      buffer,
      callback: (bytes: number) => {
        receive(buffer.subarray(0, bytes));
        return true;
      },
    };
    const plain = proxy === undefined ? { host, port } : { host: hostOf(proxy), port: portOf(proxy) };
    const overTls = proxy === undefined ? tls : {};
    const isSecure = proxy === undefined ? isTls : proxy.protocol === 'https:';
    // The types of Node do not know `onread` of TLS sockets.
    const options = { ...plain, onread };
    attach(
      (isSecure ? connectTls({ ...options, ...overTls } as ConnectionOptions) : connect(options)).setNoDelay(true),
    );
  };
}

function openTunnel(
  agent: HttpsAgent,
  options: object,
  receive: (chunk: Buffer) => void,
  attach: (socket: Socket | undefined, error?: Error) => void,
): void {
  const onCreated = (error: Error | null, socket?: Socket) => {
    if (error === null || error === undefined) {
      socket!.setNoDelay(true).on('data', receive);
      attach(socket);
    } else {
      socket?.destroy();
      attach(undefined, error);
    }
  };
  agent.createConnection(options as never, onCreated as never);
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(?<address>.*)\]$/u, '$<address>');
const portOf = ({ protocol, port }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
