import type { Kinesis } from '@aws-sdk/client-kinesis';
import type { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { endpointOf, isLoopback, localRegion } from './endpoint.ts';
import { rejectForeignResponses } from './foreign-responses.ts';
import { agentsThrough, proxyFor } from './proxy.ts';
import { type AwsService, KINESIS } from './service.ts';

/** Data with which a thread reaches a service. It contains no secret. */
export interface Connection {
  /** Undefined: AWS, or what the environment names for the SDK. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly protocol: 'http1' | 'http2';
  readonly timeoutNs: number;
}

export interface ClientUse {
  /** Connections that HTTP/1.1 may open at once: as many as there are calls under way. */
  readonly sockets: number;
  /** `subscriptions` stay open without a word for minutes; `calls` are over after the timeout. */
  readonly for: 'calls' | 'subscriptions';
}

/** Accepted by every emulator, known to no account. */
export const LOOPBACK_CREDENTIALS = { accessKeyId: 'streamgauge', secretAccessKey: 'streamgauge' };

/** A client of Kinesis. The SDK is loaded here and nowhere else, as runs on other targets do without its fifth of a second. */
export async function openClient(connection: Connection, use: ClientUse): Promise<Kinesis> {
  const { Kinesis } = await import('@aws-sdk/client-kinesis');
  return new Kinesis(await clientConfig(KINESIS, connection, use));
}

/**
 * Configuration of a client of the AWS SDK that leaves retries to the harness, because a retry inside the client is hidden in
 * the latency of its call, and that shares one HTTP/2 connection, which by default it opens for every call.
 *
 * Credentials and region come from where the SDK finds them: the environment, profiles, roles. An endpoint on this
 * machine needs neither, and its certificate, made by itself, is taken: nothing leaves the machine.
 */
export async function clientConfig(service: AwsService, connection: Connection, use: ClientUse) {
  const { region } = connection;
  const endpoint = endpointOf(service, connection.endpoint);
  const isLocal = isLoopback(endpoint);
  const knownRegion = region ?? (isLocal ? localRegion() : undefined);
  const handler = await requestHandler(service, connection, use, isLocal);
  return {
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(knownRegion === undefined ? {} : { region: knownRegion }),
    ...(isLocal && !hasCredentials() ? { credentials: LOOPBACK_CREDENTIALS } : {}),
    requestHandler: service.isJson ? rejectForeignResponses(handler, service) : handler,
  };
}

async function requestHandler(
  service: AwsService,
  connection: Connection,
  { sockets, for: purpose }: ClientUse,
  isLocal: boolean,
): Promise<NodeHttpHandler | NodeHttp2Handler> {
  const { protocol, timeoutNs } = connection;
  const proxy = proxyOf(service, connection);
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
 * The proxy on the way to the service, by the environment. Without an endpoint the address is the one that AWS has in the
 * region, which only the SDK may know; NO_PROXY is then matched against the default region's.
 */
export function proxyOf(
  service: AwsService,
  { endpoint, region }: Pick<Connection, 'endpoint' | 'region'>,
): URL | undefined {
  const host = `${service.hostLabel}.${region ?? localRegion()}.amazonaws.com`;
  return proxyFor(endpointOf(service, endpoint) ?? `https://${host}`);
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
