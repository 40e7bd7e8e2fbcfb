import { isErrorOf } from '../../errors/streamgauge-error.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../errors.ts';
import { faultOf } from './call-faults.ts';
import { proxyOf } from './client.ts';
import { isAws } from './endpoint.ts';
import { shownProxy } from './proxy.ts';
import type { AwsService } from './service.ts';

/** A stream or delivery stream, as errors name it. */
export interface AwsResource {
  readonly service: AwsService;
  readonly noun: 'stream' | 'delivery stream' | 'bucket';
  readonly name: string;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** The operation that creates it, and the advice for a resource that does not exist. */
  readonly create: { readonly operation: string; readonly fix: string };
  /** The run creates it. */
  readonly isCreated: boolean;
}

/**
 * The resource could not be reached, created or read: the SDK's message, and a next step.
 * @param fixes next steps by code, in addition to those of every service.
 */
export function resourceFailed(
  resource: AwsResource,
  cause: unknown,
  fixes: Readonly<Record<string, string>> = {},
): RunnerError {
  if (isErrorOf(RUNNER_ERRORS, cause)) return cause;
  const { service, noun, create, isCreated } = resource;
  const { code } = faultOf(cause);
  const isUnread = cause instanceof SyntaxError ? `: the response is not from ${service.name}` : '';
  const message = cause instanceof Error && cause.message !== '' ? `${isUnread}: ${oneLine(cause.message)}` : '';
  const proxy = proxyOf(service, resource);
  const through = proxy === undefined ? '' : ` through the proxy ${shownProxy(proxy)}`;
  const known: Readonly<Record<string, string>> = {
    ResourceNotFoundException: `Write its name right, or ${create.fix}`,
    ResourceInUseException: isCreated
      ? 'Leave create out, or choose another name.'
      : `Wait until the ${noun} is ACTIVE.`,
    NoSuchBucket: `Write its name right, or ${create.fix}`,
    ECONNREFUSED: proxy === undefined ? 'Start the endpoint, or correct its address.' : PROXY_FIX,
    CredentialsProviderError: 'Give credentials as for any AWS tool, such as AWS_ACCESS_KEY_ID or AWS_PROFILE.',
    ...fixes,
  };
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `${code}${message}`,
    where: `${placeOf(resource)}${through}`,
    fix: known[code] ?? fixOfUnknown(code, proxy !== undefined),
    cause: withoutRequest(cause),
  });
}

const PROXY_FIX = 'Look at the proxy and the endpoint, or list the host in NO_PROXY to reach it directly.';

function fixOfUnknown(code: string, isProxied: boolean): string {
  if (isProxied) return PROXY_FIX;
  if (/^Not[A-Z][a-z]+\d{3}$/.test(code))
    return 'Correct the endpoint, or look at the proxy or load balancer in front of it.';
  if (/^(?:TimeoutError|ETIMEDOUT)$/.test(code)) return 'Look at the endpoint, or raise timeout in the target.';
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) return "Correct the endpoint's host name.";
  return 'Look at the endpoint, the region and the permissions.';
}

/** The port at the endpoint uses HTTP while its address has HTTPS, or the reverse. */
export function wrongProtocol(resource: AwsResource, spoken: 'plain' | 'tls'): RunnerError {
  const scheme = spoken === 'plain' ? 'http:' : 'https:';
  return runnerError('RUNNER_TARGET_FAILED', {
    what: spoken === 'plain' ? 'the port speaks HTTP without TLS' : 'the port speaks TLS',
    where: placeOf(resource),
    fix: `Write ${(resource.endpoint ?? '').replace(/^https?:/iu, scheme)}, or another port.`,
  });
}

/** The response to the call that creates the resource was lost, and one of that name exists. */
export function resourceMayBeLeft(resource: AwsResource, cause: unknown): RunnerError {
  const { create, noun } = resource;
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `${faultOf(cause).code}: the response to ${create.operation} was lost, and a ${noun} of that name exists`,
    where: placeOf(resource),
    fix: 'This run may have created it, so it was left in place. Delete it if you do not need it: AWS bills it while it exists.',
    cause: withoutRequest(cause),
  });
}

/** Resources that this run created are left behind. @param cleanUp how to delete them, without a full stop. */
export function resourcesLeftBehind(resource: AwsResource, errors: readonly unknown[], cleanUp: string): RunnerError {
  const itCosts = isAws(resource.service, resource.endpoint) ? '; it costs money' : '';
  const codes = [...new Set(errors.map((error) => faultOf(error).code))].join(', ');
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `what was made for the run could not be deleted: ${codes}`,
    where: placeOf(resource),
    fix: `${cleanUp}${itCosts}.`,
    cause: withoutRequest(errors[0]),
  });
}

/** The run was interrupted before the resource was ready. */
export function setUpInterrupted({ noun, name }: AwsResource, { reason }: AbortSignal): RunnerError {
  return runnerError('RUNNER_INTERRUPTED', {
    what: `${String(reason)} while ${noun} ${name} was set up`,
    fix: 'The resources of this run were deleted. Start the run again.',
  });
}

const placeOf = ({ noun, name, endpoint }: AwsResource): string => `${noun} ${name} at ${endpoint ?? 'AWS'}`;

const withoutUser = (text: string): string => text.replace(/\/\/[^/@\s]*@/gu, '//');

/** Removes line breaks, the SDK's debugging hints, and user and password in a URL. */
function oneLine(message: string): string {
  return withoutUser(message)
    .replace(/\s*Deserialization error:.*$/su, '')
    .replace(/\s+/gu, ' ')
    .replace(/\s+\)/gu, ')')
    .trim();
}

/** Removes the request from an error of the SDK, because its signature and session token must not be logged. */
function withoutRequest(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const plain = new Error(withoutUser(error.message));
  plain.name = error.name;
  if (error.stack !== undefined) plain.stack = withoutUser(error.stack);
  return plain;
}
