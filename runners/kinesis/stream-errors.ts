import type { KinesisTargetSpec } from '../../workloads/scenario.ts';
import { RunnerError } from '../errors.ts';
import { faultOf } from './call-faults.ts';
import { isAws } from './client.ts';

/** The stream could not be reached, made or read: what the SDK says, and what may help. */
export function streamFailed({ stream, endpoint, create }: KinesisTargetSpec, cause: unknown): RunnerError {
  if (cause instanceof RunnerError) return cause;
  const { code } = faultOf(cause);
  const message = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  const fixes: Readonly<Record<string, string>> = {
    ResourceNotFoundException: 'Write its name right, or add create: { shards: 1 } to the target.',
    ResourceInUseException:
      create === undefined ? 'Wait until the stream is ACTIVE.' : 'Leave create out, or choose another name.',
    ERR_HTTP2_ERROR: 'If the endpoint speaks HTTP/1.1 only, add protocol: http1 to the target.',
    ECONNREFUSED: 'Start the endpoint, or correct its address.',
    CredentialsProviderError: 'Give credentials as for any AWS tool, such as AWS_ACCESS_KEY_ID or AWS_PROFILE.',
  };
  return new RunnerError('RUNNER_TARGET_FAILED', {
    what: `${code}${message.replace(/\.$/, '')}`,
    where: `stream ${stream} at ${endpoint ?? 'AWS'}`,
    fix: fixes[code] ?? 'Look at the endpoint, the region and the permissions.',
    cause: withoutRequest(cause),
  });
}

/** The answer to CreateStream was lost, and a stream of that name is there. */
export function mayBeLeft({ stream, endpoint }: KinesisTargetSpec, cause: unknown): RunnerError {
  return new RunnerError('RUNNER_TARGET_FAILED', {
    what: `${faultOf(cause).code}: the answer to CreateStream was lost, and a stream of that name is there`,
    where: `stream ${stream} at ${endpoint ?? 'AWS'}`,
    fix: 'Nobody can tell whether this run made it, so it stays: delete it if it is not yours otherwise; it costs money.',
    cause: withoutRequest(cause),
  });
}

/** What was made for the run is still there after it. */
export function leftBehind({ stream, endpoint, create }: KinesisTargetSpec, errors: readonly unknown[]): RunnerError {
  const itCosts = isAws(endpoint) ? '; it costs money' : '';
  const codes = [...new Set(errors.map((error) => faultOf(error).code))].join(', ');
  return new RunnerError('RUNNER_TARGET_FAILED', {
    what: `what was made for the run could not be deleted: ${codes}`,
    where: `stream ${stream} at ${endpoint ?? 'AWS'}`,
    fix:
      create === undefined
        ? `Deregister the consumers whose names begin with streamgauge-${itCosts}.`
        : `Delete the stream yourself${itCosts}.`,
    cause: withoutRequest(errors[0]),
  });
}

/** The SDK's errors carry the request that they answer, signature and session token included: not for any log. */
function withoutRequest(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const plain = new Error(error.message);
  plain.name = error.name;
  if (error.stack !== undefined) plain.stack = error.stack;
  return plain;
}
