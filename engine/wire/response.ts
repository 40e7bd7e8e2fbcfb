import { randomBytes, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { BodyPieces } from './body-pieces.ts';
import type { ErrorBody } from './codec.ts';
import type { WireResponse } from './exchange.ts';

export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1';

const EXTENDED_ID_START = randomBytes(63).toString('base64');
let responses = 0;

/** The ids of every response of AWS. A request id never repeats. */
export function idHeaders(): Record<string, string | number> {
  responses += 1;
  return {
    'x-amzn-RequestId': randomUUID(),
    'x-amz-id-2': `${EXTENDED_ID_START}${String(responses).padStart(12, '0')}`,
  };
}

export function bodyResponse(status: number, contentType: string, body: WireResponse['body']): WireResponse {
  const headers = idHeaders();
  headers['Content-Type'] = contentType;
  headers['Content-Length'] = body.length;
  headers['x-amz-crc32'] = crc32Of(body);
  return { status, headers, body };
}

function crc32Of(body: WireResponse['body']): number {
  if (!(body instanceof BodyPieces)) return crc32(body);
  let sum = 0;
  for (const piece of body.pieces) sum = crc32(piece, sum);
  return sum;
}

/** An error body as AWS writes it: only SerializationException has its text under `Message`. Without a text the member is omitted. */
export function errorBody(code: string, message: string): ErrorBody {
  if (message === '') return { __type: code };
  return code === 'SerializationException' ? { __type: code, Message: message } : { __type: code, message };
}

/** An error as JSON, for requests that reach no operation. */
export function errorResponse(status: number, code: string, message: string): WireResponse {
  const error = errorBody(code, message);
  return withErrorType(bodyResponse(status, JSON_CONTENT_TYPE, Buffer.from(JSON.stringify(error))), code);
}

/** Adds the error code as a header, which some clients read. A code with characters that headers do not allow is not added. */
export function withErrorType(response: WireResponse, code: string): WireResponse {
  if (!/^[\w.:#/-]+$/.test(code)) return response;
  return { ...response, headers: { ...response.headers, 'x-amzn-ErrorType': code } };
}

export function jsonResponse(status: number, value: unknown): WireResponse {
  return bodyResponse(status, 'application/json', Buffer.from(JSON.stringify(value ?? null)));
}

export function textResponse(status: number, contentType: string, text: string): WireResponse {
  return bodyResponse(status, contentType, Buffer.from(text));
}
