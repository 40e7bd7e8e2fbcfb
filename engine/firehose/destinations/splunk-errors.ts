import { jsonOf, memberOf } from '../../plain-json.ts';
import type { HttpFailure, HttpResponse } from './http-client.ts';
import { excerptOf } from './secrets.ts';

/** The names and texts are those of "Splunk data delivery errors" in the developer guide. */
const TEXTS = {
  AckTimeout:
    'Did not receive an acknowledgement from HEC before the HEC acknowledgement timeout expired. Despite the acknowledgement ' +
    "timeout, it's possible the data was indexed successfully in Splunk.",
  ConnectionClosed: 'Unable to send data to Splunk due to a connection failure. This might be a transient error.',
  ConnectionTimeout:
    'The connection to Splunk timed out. This might be a transient error and the request will be retried.',
  DisabledAck: 'Indexer acknowledgement is disabled for the HEC token. Enable indexer acknowledgement and try again.',
  DisabledToken: 'The HEC token is disabled. Enable the token to allow data delivery to Splunk.',
  InvalidDataFormat: 'The data is not formatted correctly for the HEC endpoint type.',
  InvalidEndpoint: 'Could not connect to the HEC endpoint. Make sure that the HEC endpoint URL is valid and reachable.',
  InvalidIndex:
    'The HEC token or input is configured with an invalid index. Check your index configuration and try again.',
  InvalidToken: 'The HEC token is invalid. Update the delivery stream with a valid HEC token.',
  ProxyWithoutStickySessions:
    'If you have a proxy (ELB or other) between the delivery stream and the HEC node, you must enable sticky sessions to ' +
    'support HEC ACKs.',
  SSLHandshake: 'Could not connect to the HEC endpoint. Make sure that the certificate and the host are valid.',
  SSLUnverified: 'Could not connect to the HEC endpoint. The host does not match the certificate provided by the peer.',
  ServerError: 'Data delivery to Splunk failed due to a server error from the HEC node.',
} as const;

type SplunkCode = keyof typeof TEXTS;

/** All errors of Splunk start the retry duration; none is final by itself. */
export interface SplunkError {
  readonly kind: 'retry';
  readonly errorCode: `Splunk.${SplunkCode}`;
  readonly errorMessage: string;
}

export const splunkError = (code: SplunkCode, detail = ''): SplunkError => ({
  kind: 'retry',
  errorCode: `Splunk.${code}`,
  errorMessage: detail === '' ? TEXTS[code] : `${TEXTS[code]} (${detail})`,
});

/** Codes in the body of a response of the HTTP event collector. */
const CODES: Readonly<Record<number, SplunkCode>> = {
  1: 'DisabledToken',
  2: 'InvalidToken',
  3: 'InvalidToken',
  4: 'InvalidToken',
  5: 'InvalidDataFormat',
  6: 'InvalidDataFormat',
  7: 'InvalidIndex',
  12: 'InvalidDataFormat',
  13: 'InvalidDataFormat',
  14: 'DisabledAck',
};

/** The error of a response that is no success. */
export function errorOfStatus({ status, body }: HttpResponse, secrets: readonly string[]): SplunkError {
  const detail = `${status}: ${excerptOf(body, secrets)}`;
  const code = CODES[hecCodeOf(body) ?? -1];
  if (code !== undefined) return splunkError(code, detail);
  if (status === 401 || status === 403) return splunkError('InvalidToken', detail);
  // A redirect or an unknown path: some other server listens there.
  if ((status >= 300 && status < 400) || status === 404 || status === 405)
    return splunkError('InvalidEndpoint', detail);
  return splunkError('ServerError', detail);
}

export function errorOfFailure({ failure, detail }: HttpFailure): SplunkError {
  switch (failure) {
    case 'connection-failed':
      return splunkError('InvalidEndpoint', detail);
    case 'connection-timed-out':
    case 'timed-out':
      return splunkError('ConnectionTimeout', detail);
    case 'tls-failed':
      return splunkError('SSLHandshake', detail);
    case 'tls-other-host':
      return splunkError('SSLUnverified', detail);
    case 'connection-reset':
    case 'aborted':
      return splunkError('ConnectionClosed', detail);
    case 'response-too-large':
    case 'response-malformed':
      return splunkError('ServerError', detail);
  }
}

export function hecCodeOf(body: Buffer): number | undefined {
  const code = memberOf(jsonOf(body.toString()), 'code');
  return typeof code === 'number' ? code : undefined;
}
