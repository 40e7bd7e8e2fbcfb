import type { AwsService } from './service.ts';

/** Addresses of a service. No SDK is loaded here, because the command line needs these before it needs the SDK. */

const LOOPBACK_REGION = 'us-east-1';

/** Returns true for an address of this machine. */
export function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

/** Returns the scenario's endpoint, else the one that the environment names for the SDK; undefined leaves the choice to the SDK. */
export function endpointOf(
  { endpointVariable }: AwsService,
  endpoint: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (endpoint !== undefined || env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return endpoint;
  return env[endpointVariable] ?? env.AWS_ENDPOINT_URL;
}

/**
 * Returns true if calls reach AWS and therefore incur charges. The environment may name an endpoint, which is read as the SDK
 * reads it. A profile's endpoint is not looked up: it counts as AWS.
 */
export function isAws(
  service: AwsService,
  endpoint: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  const named = endpointOf(service, endpoint, env);
  if (named === undefined || !URL.canParse(named)) return true;
  return /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws)\.?$/.test(new URL(named).hostname);
}

/** Returns the region for an endpoint of this machine. */
export function localRegion(): string {
  return process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? LOOPBACK_REGION;
}

interface Place {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

/** Returns where a service is, for messages: `at http://127.0.0.1:4567 in us-east-1`; undefined if only the environment decides. */
export function placeText({ endpoint, region }: Place): string | undefined {
  const parts = [
    ...(endpoint === undefined ? [] : [`at ${endpoint}`]),
    ...(region === undefined ? [] : [`in ${region}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
}
