import { randomBytes, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ErrorBody } from './codec.ts';
import type { Answer } from './exchange.ts';

export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1';

const EXTENDED_ID_START = randomBytes(63).toString('base64');
let answers = 0;

/** The ids that AWS gives every answer; one request id never comes twice. */
export function idHeaders(): Record<string, string | number> {
  answers += 1;
  return {
    'x-amzn-RequestId': randomUUID(),
    'x-amz-id-2': `${EXTENDED_ID_START}${String(answers).padStart(12, '0')}`,
  };
}

export function bodyAnswer(status: number, contentType: string, body: Buffer | string): Answer {
  const headers = idHeaders();
  headers['Content-Type'] = contentType;
  headers['Content-Length'] = body.length;
  headers['x-amz-crc32'] = crc32(body);
  return { status, headers, body };
}

/** An error as AWS writes it: SerializationException alone has its text under `Message`; no text, no member. */
export function errorBody(code: string, message: string): ErrorBody {
  if (message === '') return { __type: code };
  return code === 'SerializationException' ? { __type: code, Message: message } : { __type: code, message };
}

/** An error as JSON, for requests that cannot be given to an operation. */
export function errorAnswer(status: number, code: string, message: string): Answer {
  const error = errorBody(code, message);
  return withErrorType(bodyAnswer(status, JSON_CONTENT_TYPE, Buffer.from(JSON.stringify(error))), code);
}

/** Names the error in a header too, where some clients look; a code that no header can carry stays out of it. */
export function withErrorType(answer: Answer, code: string): Answer {
  if (!/^[\w.:#/-]+$/.test(code)) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-amzn-ErrorType': code } };
}

export function jsonAnswer(status: number, value: unknown): Answer {
  return bodyAnswer(status, 'application/json', Buffer.from(JSON.stringify(value ?? null)));
}

export function textAnswer(status: number, contentType: string, text: string): Answer {
  return bodyAnswer(status, contentType, Buffer.from(text));
}
