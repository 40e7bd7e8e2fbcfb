import http from 'node:http';
import https from 'node:https';
import type { FaultSpec } from '../../../workloads/scenario.ts';
import { isLoopback } from '../../aws/endpoint.ts';
import { agentsThrough, proxyFor } from '../../aws/proxy.ts';
import { runnerError } from '../../errors.ts';
import { type FaultInjection, faultRulesOf } from '../fault-injection.ts';

const TIMEOUT_MS = 10_000;

/** Faults of an engine that `streamgauge serve` serves, by its control call. No other service takes any. */
export class ServedFaults implements FaultInjection {
  readonly #url: URL;
  readonly #stream: string;

  constructor(endpoint: string, stream: string) {
    this.#url = new URL('/streamgauge/faults', endpoint);
    this.#stream = stream;
  }

  async setFaults(faults: readonly FaultSpec[], startsAtMs: number): Promise<void> {
    const { status, body } = await this.#call(faultRulesOf(faults, startsAtMs, this.#stream)).catch(unreachable);
    if (status === 200) return;
    throw runnerError('RUNNER_TARGET_FAILED', {
      what: `the endpoint takes no faults: status ${status}, ${body.slice(0, 200)}`,
      where: this.#url.href,
      fix: 'Use an engine of `streamgauge serve`, or leave faults out.',
    });
  }

  async endFaults(): Promise<readonly (number | null)[]> {
    const { body } = await this.#call(undefined);
    await this.#call([]);
    const { rules = [] }: { readonly rules?: readonly { readonly injected?: number }[] } = JSON.parse(body);
    return rules.map(({ injected }) => injected ?? null);
  }

  /** @param rules undefined asks what there is. */
  #call(rules: readonly object[] | undefined): Promise<{ readonly status: number; readonly body: string }> {
    const url = this.#url;
    const { request } = url.protocol === 'https:' ? https : http;
    const trust = isLoopback(url.href) ? { rejectUnauthorized: false } : {};
    const { httpAgent, httpsAgent } = agentsThrough(proxyFor(url.href), trust);
    const agent = url.protocol === 'https:' ? httpsAgent : httpAgent;
    return new Promise((resolve, reject) => {
      const call = request(url, { method: 'POST', timeout: TIMEOUT_MS, agent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
        response.on('error', reject);
      });
      call.on('timeout', () => call.destroy(new Error(`no response within ${TIMEOUT_MS} ms`)));
      call.on('error', reject);
      call.end(rules === undefined ? undefined : JSON.stringify(rules));
    });
  }
}

function unreachable(cause: unknown): { readonly status: number; readonly body: string } {
  return { status: 0, body: cause instanceof Error ? cause.message : String(cause) };
}
