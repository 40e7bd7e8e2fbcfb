import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import { getProxyForUrl } from 'proxy-from-env';
import { runnerError } from '../errors.ts';

/**
 * The proxy that the environment names for this address: HTTP_PROXY or HTTPS_PROXY by the address's own scheme, ALL_PROXY,
 * none where NO_PROXY lists the host; the lower-case names win. Loopback addresses follow the same rules as any other.
 * @throws RunnerError RUNNER_USAGE when the variable holds no URL of a proxy.
 */
export function proxyFor(url: string): URL | undefined {
  const proxy = getProxyForUrl(url);
  if (proxy === '') return undefined;
  const parsed = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (parsed !== undefined && ['http:', 'https:'].includes(parsed.protocol) && parsed.hostname !== '') return parsed;
  throw runnerError('RUNNER_USAGE', {
    what: `the environment names a proxy for ${new URL(url).host} that is not an http:// or https:// address`,
    fix: 'Correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, or list the host in NO_PROXY.',
  });
}

/** The proxy without the user and password that its URL may hold: fit for any message. */
export const shownProxy = ({ protocol, host }: URL): string => `${protocol}//${host}`;

/**
 * Agents that send every request through the proxy: a plain one by its whole address, one over TLS through a tunnel that
 * CONNECT opens. Node's own agents do both since 22.21 and 24.5; without a proxy they are plain agents.
 */
export function agentsThrough(proxy: URL | undefined, options: HttpsAgentOptions) {
  const { rejectUnauthorized, ...plain } = options;
  const proxyEnv = proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href } };
  const plainOptions: AgentOptions = { ...plain, ...proxyEnv };
  const tls = rejectUnauthorized === undefined ? {} : { rejectUnauthorized };
  return { httpAgent: new HttpAgent(plainOptions), httpsAgent: new HttpsAgent({ ...plainOptions, ...tls }) };
}
