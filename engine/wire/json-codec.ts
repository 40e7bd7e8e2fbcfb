import { JSON_CONTENT_TYPE } from './answer.ts';
import type { Codec } from './codec.ts';
import { dateOfMs, readScalars, type ScalarReader, serializationError } from './scalars.ts';

const MS_PER_SECOND = 1000;

/** AWS JSON 1.1: blobs are base64, timestamps epoch seconds with a fraction of ms. */
export const JSON_CODEC: Codec = {
  contentType: JSON_CONTENT_TYPE,
  decode: (_operation, body) => readScalars(parseJson(body), JSON_SCALARS),
  encode: (_operation, output) => Buffer.from(JSON.stringify(jsonValue(output))),
  encodeError: (error) => Buffer.from(JSON.stringify(error)),
};

const JSON_SCALARS: ScalarReader = {
  blob: (value) => (typeof value === 'string' ? decodeBase64(value) : value),
  timestamp: (value) => (typeof value === 'number' ? dateOfMs(Math.round(value * MS_PER_SECOND)) : value),
};

/** @throws SerializationException for text that is not base64 with its padding: Buffer alone would skip what is wrong. */
export function decodeBase64(text: string): Buffer {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const data = Buffer.from(text, 'base64');
  if (text.length % 4 === 0 && data.length === (text.length / 4) * 3 - padding) return data;
  const reason =
    text.length % 4 === 0
      ? 'Invalid Base64 character'
      : `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`;
  throw serializationError(`The value of Data can not be converted to a Blob: ${reason}`);
}

export function base64Of(data: Uint8Array): string {
  const bytes = data instanceof Buffer ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bytes.toString('base64');
}

/** A copy of a value with blobs and timestamps as JSON has them. JSON itself leaves out members that are undefined. */
export function jsonValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / MS_PER_SECOND;
  if (value instanceof Uint8Array) return base64Of(value);
  if (Array.isArray(value)) return value.map(jsonValue);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonValue(member)]));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw serializationError('The body is not JSON.');
  }
}
