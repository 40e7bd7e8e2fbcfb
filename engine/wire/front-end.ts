import type { WireRequest, WireResponse } from './exchange.ts';
import { bodyResponse, idHeaders, JSON_CONTENT_TYPE } from './response.ts';

/**
 * Responses of AWS's front end to requests that reach no operation. Statuses and bodies are as kinesalite recorded them from
 * AWS: small XML without a content type, errors without a text, and the envelope of an older protocol for plain JSON.
 */

const NO_OPERATION = 'Unable to determine service/operation name to be authorized';

/** Methods other than POST, and content types that AWS does not read on a request without a target. */
export const operationNotDetermined = (): WireResponse =>
  xml(
    403,
    `<AccessDeniedException>\n  <Message>${NO_OPERATION}</Message>\n</AccessDeniedException>\n`,
    'AccessDeniedException',
  );

/** A content type that AWS does not read, on a request that names an operation of any service. */
export function unreadContentType({ headers }: WireRequest): WireResponse {
  const [service = '', operation = ''] = (headers['x-amz-target'] ?? '').split('.');
  if (service === '' || operation === '') return operationNotDetermined();
  return xml(404, '<UnknownOperationException/>\n', 'UnknownOperationException');
}

/** The content type of plain JSON: its body is parsed, and no operation is ever found for it. */
export const PLAIN_JSON_CONTENT_TYPE = 'application/json';

export function plainJsonResponse(body: Buffer): WireResponse {
  const isStructure = isJsonStructure(body);
  const code = isStructure ? 'UnknownOperationException' : 'SerializationException';
  const content = { Output: { __type: `com.amazon.coral.service#${code}` }, Version: '1.0' };
  return bodyResponse(isStructure ? 404 : 400, PLAIN_JSON_CONTENT_TYPE, Buffer.from(JSON.stringify(content)));
}

/** The format of the response to a request without a body: CBOR for every content type but that of JSON 1.1. */
export const isJsonWithoutBody = (contentType: string): boolean => contentType === JSON_CONTENT_TYPE;

function isJsonStructure(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function xml(status: number, body: string, code: string): WireResponse {
  return {
    status,
    headers: { ...idHeaders(), 'Content-Length': body.length, 'x-amzn-ErrorType': code },
    body,
  };
}
