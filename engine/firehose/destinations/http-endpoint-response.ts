import { jsonOf } from '../../plain-json.ts';
import type { HttpFailure, HttpResponse } from './http-client.ts';
import { excerptOf } from './secrets.ts';

/** An error under the service's name, with its text for an error object or a log. */
export interface DeliveryError {
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** Limits of a response, from "HTTP endpoint delivery request and response specifications" of the developer guide, 2026-11. */
export const RESPONSE_BYTES_MAX = 1024 * 1024;
const ERROR_MESSAGE_CHARACTERS_MAX = 8192;

const MEMBERS = new Set(['requestId', 'timestamp', 'errorMessage']);

/**
 * Why a response does not acknowledge the records; undefined if it does. Only status 200 with a well-formed body does: a
 * malformed response counts like status 500 without a body.
 */
export function errorOfResponse(
  response: HttpResponse,
  requestId: string,
  secrets: readonly string[],
): DeliveryError | undefined {
  const { status, body } = response;
  if (status !== 200) {
    const text = excerptOf(body, secrets);
    return {
      errorCode: 'HttpEndpoint.DestinationException',
      errorMessage: `The following response was received from the endpoint destination. ${status}${text === '' ? '' : `: ${text}`}`,
    };
  }
  const problem = problemOf(response, requestId);
  if (problem === undefined) return undefined;
  return {
    errorCode: 'HttpEndpoint.InvalidResponseFromDestination',
    errorMessage:
      'The response received from the specified endpoint is invalid. Contact the owner of the endpoint to resolve the issue. ' +
      `Response for request ${requestId} ${problem}. Raw response received: ${status} ${excerptOf(body, secrets)}`,
  };
}

/** The guide accepts one content type; parameters such as a charset do not change it. */
const CONTENT_TYPE = /^application\/json\s*(?:;|$)/i;

function problemOf({ headers, body }: HttpResponse, requestId: string): string | undefined {
  if (!CONTENT_TYPE.test(headers['content-type'] ?? '')) return 'has no content type application/json';
  if (headers['content-encoding'] !== undefined) return 'has a content encoding';
  if (headers['content-length'] === undefined) return 'has no content length';
  const value = jsonOf(body.toString());
  if (typeof value !== 'object' || value === null || Object.keys(value).some((name) => !MEMBERS.has(name)))
    return 'is not recognized as valid JSON or has unexpected fields';
  const { requestId: id, timestamp, errorMessage }: Readonly<Record<string, unknown>> = { ...value };
  if (id === undefined || id === null) return 'has no requestId';
  if (id !== requestId) return 'has another requestId';
  if (!Number.isInteger(timestamp)) return 'has no timestamp that is a whole number';
  if (errorMessage === undefined || errorMessage === null) return undefined;
  const isText = typeof errorMessage === 'string' && errorMessage.length <= ERROR_MESSAGE_CHARACTERS_MAX;
  return isText ? undefined : `has no errorMessage of at most ${ERROR_MESSAGE_CHARACTERS_MAX} characters`;
}

/** The texts are those of the developer guide, "Troubleshooting HTTP endpoints" and "HTTPS endpoint data delivery errors". */
export function errorOfFailure({ failure, detail }: HttpFailure): DeliveryError {
  const suffix = detail === '' ? '' : ` (${detail})`;
  const error = (code: string, text: string): DeliveryError => ({
    errorCode: `HttpEndpoint.${code}`,
    errorMessage: `${text}${suffix}`,
  });
  switch (failure) {
    case 'connection-failed':
    case 'connection-timed-out':
      return error(
        'ConnectionFailed',
        'Unable to connect to the destination endpoint. Contact the owner of the endpoint to resolve this issue.',
      );
    case 'tls-failed':
    case 'tls-other-host':
      return error(
        'SSLHandshakeFailure',
        'Unable to complete an SSL handshake with the endpoint. Contact the owner of the endpoint to resolve this issue.',
      );
    case 'connection-reset':
    case 'aborted':
      return error(
        'ConnectionReset',
        'Unable to maintain connection with the endpoint. Contact the owner of the endpoint to resolve this issue.',
      );
    case 'timed-out':
      return error('RequestTimeout', 'The delivery timed out before a response was received and will be retried.');
    case 'response-too-large':
      return error(
        'ResponseTooLarge',
        'The response received from the endpoint is too large. Contact the owner of the endpoint to resolve this issue.',
      );
    case 'response-malformed':
      return error(
        'InvalidResponseFromDestination',
        'The response received from the specified endpoint is invalid. Contact the owner of the endpoint to resolve the issue.',
      );
  }
}
