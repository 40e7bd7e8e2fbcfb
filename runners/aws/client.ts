import type { Kinesis, KinesisClientConfig } from '@aws-sdk/client-kinesis';
import type { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import type { KinesisTargetSpec } from '../../workloads/targets/kinesis.ts';
import { endpointOf, isLoopback, localRegion } from './endpoint.ts';
import { refuseForeignResponses } from './not-kinesis.ts';
import { agentsThrough, proxyFor } from './proxy.ts';

/** Data with which a thread reaches the stream. It contains no secret. */
export type Connection = Pick<KinesisTargetSpec, 'endpoint' | 'region' | 'protocol' | 'timeoutNs'>;

export interface ClientUse {
  /** Connections that HTTP/1.1 may open at once: as many as there are calls under way. */
  readonly sockets: number;
  /** `subscriptions` stay open without a word for minutes; `calls` are over after the timeout. */
  readonly for: 'calls' | 'subscriptions';
}

/** Accepted by every emulator, known to no account. */
export const LOOPBACK_CREDENTIALS = { accessKeyId: 'streamgauge', secretAccessKey: 'streamgauge' };

/**
 * A client of the AWS SDK that leaves retries to the harness, because a retry inside the client is hidden in its call's
 * latency, and that shares one HTTP/2 connection, which by default it opens for every call.
 *
 * Credentials and region come from where the SDK finds them: the environment, profiles, roles. An endpoint on this
 * machine needs neither, and its certificate, made by itself, is taken: nothing leaves the machine.
 *
 * The SDK is loaded here and nowhere else, as runs on other targets do without its fifth of a second.
 */
export async function openClient(connection: Connection, use: ClientUse): Promise<Kinesis> {
  const { Kinesis } = await import('@aws-sdk/client-kinesis');
  return new Kinesis(await clientConfig(connection, use));
}

async function clientConfig(connection: Connection, use: ClientUse): Promise<KinesisClientConfig> {
  const { region } = connection;
  const endpoint = endpointOf(connection.endpoint);
  const isLocal = isLoopback(endpoint);
  const knownRegion = region ?? (isLocal ? localRegion() : undefined);
  return {
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(knownRegion === undefined ? {} : { region: knownRegion }),
    ...(isLocal && !hasCredentials() ? { credentials: LOOPBACK_CREDENTIALS } : {}),
    requestHandler: refuseForeignResponses(await requestHandler(connection, use, isLocal)),
  };
}

async function requestHandler(
  connection: Connection,
  { sockets, for: purpose }: ClientUse,
  isLocal: boolean,
): Promise<NodeHttpHandler | NodeHttp2Handler> {
  const { protocol, timeoutNs } = connection;
  const proxy = proxyOf(connection);
  const { NodeHttp2Handler, NodeHttpHandler } = await import('@smithy/node-http-handler');
  const timeoutMs = Math.max(1, Math.ceil(timeoutNs / 1e6));
  const requestTimeout = purpose === 'calls' ? { requestTimeout: timeoutMs } : {};
  // Proxies are spoken to over HTTP/1.1.
  if (protocol === 'http2' && proxy === undefined) {
    return new NodeHttp2Handler({
      disableConcurrentStreams: false,
      ...requestTimeout,
      ...(isLocal ? { nodeHttp2ConnectOptions: { rejectUnauthorized: false } } : {}),
    });
  }
  const trust = isLocal ? { rejectUnauthorized: false } : {};
  return new NodeHttpHandler({
    connectionTimeout: timeoutMs,
    ...requestTimeout,
    throwOnRequestTimeout: purpose === 'calls',
    ...agentsThrough(proxy, { keepAlive: true, maxSockets: Math.max(1, sockets), ...trust }),
  });
}

/**
 * The proxy on the way to the stream, by the environment. Without an endpoint the address is the one that AWS has in the
 * region, which only the SDK may know; NO_PROXY is then matched against the default region's.
 */
export function proxyOf({ endpoint, region }: Pick<Connection, 'endpoint' | 'region'>): URL | undefined {
  return proxyFor(endpointOf(endpoint) ?? `https://kinesis.${region ?? localRegion()}.amazonaws.com`);
}

/** Asked without the SDK's own chain, which on a plain machine waits seconds for an instance's metadata. */
export function hasCredentials(): boolean {
  const { AWS_ACCESS_KEY_ID, AWS_PROFILE } = process.env;
  return AWS_ACCESS_KEY_ID !== undefined || AWS_PROFILE !== undefined;
}

/** HTTP dates have whole seconds. */
const DATE_GRAIN_MS = 1000;

/**
 * Reads the service's time from a client's responses, because timestamps of records and positions use it. Two
 * clocks may differ by more than the duration of a run.
 * @returns epoch ms, up to a second early: the time of the last response, or this machine's if there was none.
 */
export function serverTimeOf(client: Kinesis): () => number {
  let seenMs = Number.NaN;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      seenMs = Date.parse(headers?.date ?? '');
      return result;
    },
    { step: 'deserialize', name: 'serverTime', override: true },
  );
  return () => (Number.isNaN(seenMs) ? Date.now() : seenMs) - DATE_GRAIN_MS;
}
