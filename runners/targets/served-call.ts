import http from 'node:http';
import https from 'node:https';
import { isLoopback } from '../aws/endpoint.ts';
import { agentsThrough, proxyFor } from '../aws/proxy.ts';

const TIMEOUT_MS = 10_000;

interface ServedResponse {
  readonly status: number;
  readonly body: string;
}

/** Calls a server of `streamgauge serve` beside the protocol of its service. @param body JSON; undefined for none. */
export function servedCall(url: URL, method: 'GET' | 'POST', body?: object): Promise<ServedResponse> {
  const { request } = url.protocol === 'https:' ? https : http;
  const trust = isLoopback(url.href) ? { rejectUnauthorized: false } : {};
  const { httpAgent, httpsAgent } = agentsThrough(proxyFor(url.href), trust);
  const agent = url.protocol === 'https:' ? httpsAgent : httpAgent;
  return new Promise((resolve, reject) => {
    const call = request(url, { method, timeout: TIMEOUT_MS, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error(`no response within ${TIMEOUT_MS} ms`)));
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
