import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listening } from './destinations/test-server.ts';

/**
 * - reset: the connection is reset in the middle of the request.
 * - slow-down: status 503 SlowDown.
 * - redirect: status 301 to another endpoint.
 * - no-bucket: status 404 NoSuchBucket.
 * - denied: status 403 AccessDenied.
 * - hang: no response.
 * - late: the request reaches the server, and its response never comes back.
 */
export type Fault = 'reset' | 'slow-down' | 'redirect' | 'no-bucket' | 'denied' | 'hang' | 'late';

export interface FaultProxy {
  readonly url: string;
  /** Faults of the next requests, in their order. Requests after them pass. */
  readonly faults: Fault[];
  /** Faults and passed requests, as they came. */
  readonly requests: (Fault | 'pass')[];
  close(): Promise<void>;
}

const ERRORS = {
  'slow-down': { status: 503, code: 'SlowDown' },
  'no-bucket': { status: 404, code: 'NoSuchBucket' },
  denied: { status: 403, code: 'AccessDenied' },
  redirect: { status: 301, code: 'PermanentRedirect' },
} as const;

/** A proxy of HTTP in front of a server, with a fault for some of the requests. It keeps the Host header, which is signed. */
export async function faultProxy(target: string): Promise<FaultProxy> {
  const faults: Fault[] = [];
  const requests: (Fault | 'pass')[] = [];
  const server = createServer((incoming, outgoing) => {
    const fault = faults.shift();
    requests.push(fault ?? 'pass');
    if (fault === undefined) pass(target, incoming, outgoing);
    else fail(fault, target, incoming, outgoing);
  });
  return { ...(await listening(server)), faults, requests };
}

function fail(fault: Fault, target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  switch (fault) {
    case 'reset':
      incoming.once('data', () => incoming.socket.resetAndDestroy());
      return;
    case 'hang':
      incoming.resume();
      return;
    case 'late':
      pass(target, incoming, undefined);
      return;
    default: {
      const { status, code } = ERRORS[fault];
      incoming.resume();
      incoming.once('end', () => {
        outgoing.writeHead(status, { 'content-type': 'application/xml', location: 'http://127.0.0.1:9/elsewhere' });
        outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>A fault.</Message></Error>`);
      });
    }
  }
}

function pass(target: string, incoming: IncomingMessage, outgoing: ServerResponse | undefined): void {
  const { method, url, headers } = incoming;
  const forwarded = request(new URL(url ?? '/', target), { method, headers }, (response) => {
    if (outgoing === undefined) response.resume();
    else {
      outgoing.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(outgoing);
    }
  });
  forwarded.on('error', () => outgoing?.destroy());
  incoming.on('error', () => forwarded.destroy());
  incoming.pipe(forwarded);
}
