import { isErrorOf } from '../../errors/streamgauge-error.ts';
import type { KinesisTargetSpec } from '../../workloads/targets/kinesis.ts';
import { RUNNER_ERRORS, type RunnerError, runnerError } from '../errors.ts';
import { faultOf } from './call-faults.ts';
import { proxyOf } from './client.ts';
import { isAws } from './endpoint.ts';
import { shownProxy } from './proxy.ts';
import { KINESIS } from './service.ts';

/** The stream could not be reached, created or read: the SDK's message, and a next step. */
export function streamFailed(spec: KinesisTargetSpec, cause: unknown): RunnerError {
  if (isErrorOf(RUNNER_ERRORS, cause)) return cause;
  const { stream, endpoint, create } = spec;
  const { code } = faultOf(cause);
  const isUnread = cause instanceof SyntaxError ? ': the response is not from Kinesis' : '';
  const message = cause instanceof Error && cause.message !== '' ? `${isUnread}: ${oneLine(cause.message)}` : '';
  const proxy = proxyOf(KINESIS, spec);
  const through = proxy === undefined ? '' : ` through the proxy ${shownProxy(proxy)}`;
  const fixes: Readonly<Record<string, string>> = {
    ResourceNotFoundException: 'Write its name right, or add create: { shards: 1 } to the target.',
    ResourceInUseException:
      create === undefined ? 'Wait until the stream is ACTIVE.' : 'Leave create out, or choose another name.',
    ERR_HTTP2_ERROR: 'If the endpoint speaks HTTP/1.1 only, add protocol: http1 to the target.',
    ECONNREFUSED: proxy === undefined ? 'Start the endpoint, or correct its address.' : PROXY_FIX,
    CredentialsProviderError: 'Give credentials as for any AWS tool, such as AWS_ACCESS_KEY_ID or AWS_PROFILE.',
  };
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `${code}${message}`,
    where: `stream ${stream} at ${endpoint ?? 'AWS'}${through}`,
    fix: fixes[code] ?? fixOfUnknown(code, proxy !== undefined),
    cause: withoutRequest(cause),
  });
}

const PROXY_FIX = 'Look at the proxy and the endpoint, or list the host in NO_PROXY to reach it directly.';

function fixOfUnknown(code: string, isProxied: boolean): string {
  if (isProxied) return PROXY_FIX;
  if (/^NotKinesis/.test(code)) return 'Correct the endpoint, or look at the proxy or load balancer in front of it.';
  if (/^(?:TimeoutError|ETIMEDOUT)$/.test(code)) return 'Look at the endpoint, or raise timeout in the target.';
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) return "Correct the endpoint's host name.";
  return 'Look at the endpoint, the region and the permissions.';
}

/** The port at the endpoint uses HTTP while its address has HTTPS, or the reverse. */
export function wrongProtocol(
  { stream, endpoint = '' }: Pick<KinesisTargetSpec, 'stream' | 'endpoint'>,
  spoken: 'plain' | 'tls',
): RunnerError {
  const scheme = spoken === 'plain' ? 'http:' : 'https:';
  return runnerError('RUNNER_TARGET_FAILED', {
    what: spoken === 'plain' ? 'the port speaks HTTP without TLS' : 'the port speaks TLS',
    where: `stream ${stream} at ${endpoint}`,
    fix: `Write ${endpoint.replace(/^https?:/iu, scheme)}, or another port.`,
  });
}

const withoutUser = (text: string): string => text.replace(/\/\/[^/@\s]*@/gu, '//');

/** Removes line breaks, the SDK's debugging hints, and user and password in a URL. */
function oneLine(message: string): string {
  return withoutUser(message)
    .replace(/\s*Deserialization error:.*$/su, '')
    .replace(/\s+/gu, ' ')
    .replace(/\s+\)/gu, ')')
    .trim();
}

/** The response to CreateStream was lost, and a stream of that name exists. */
export function mayBeLeft({ stream, endpoint }: KinesisTargetSpec, cause: unknown): RunnerError {
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `${faultOf(cause).code}: the response to CreateStream was lost, and a stream of that name exists`,
    where: `stream ${stream} at ${endpoint ?? 'AWS'}`,
    fix: 'This run may have created it, so it was left in place. Delete it if you do not need it: AWS bills it while it exists.',
    cause: withoutRequest(cause),
  });
}

/** Resources that this run created are left behind. */
export function leftBehind({ stream, endpoint, create }: KinesisTargetSpec, errors: readonly unknown[]): RunnerError {
  const itCosts = isAws(KINESIS, endpoint) ? '; it costs money' : '';
  const codes = [...new Set(errors.map((error) => faultOf(error).code))].join(', ');
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `what was made for the run could not be deleted: ${codes}`,
    where: `stream ${stream} at ${endpoint ?? 'AWS'}`,
    fix:
      create === undefined
        ? `Deregister the consumers whose names begin with streamgauge-${itCosts}.`
        : `Delete the stream yourself${itCosts}.`,
    cause: withoutRequest(errors[0]),
  });
}

/** Removes the request from an error of the SDK, because its signature and session token must not be logged. */
function withoutRequest(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const plain = new Error(withoutUser(error.message));
  plain.name = error.name;
  if (error.stack !== undefined) plain.stack = withoutUser(error.stack);
  return plain;
}
