import { cbor } from '@smithy/core/cbor';
import type { ModelCase } from './model-cases.ts';
import { CBOR_TYPE, call } from './raw-call.ts';

interface ErrorBody {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

/** Calls an operation with the input of a case. Returns the difference from the expected response, or undefined. */
export async function problemOf(
  url: string,
  target: string,
  { operation, input, path, validation, serialization }: ModelCase,
  type: string,
): Promise<string | undefined> {
  const response = await call(url, operation, bodyOf(input, type), type, target);
  if (response.headers.get('content-type')?.startsWith('application/vnd') === true) {
    await response.body?.cancel();
    return validation ?? serialization;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const body: ErrorBody = bytes.length === 0 ? {} : type === CBOR_TYPE ? cbor.deserialize(bytes) : parsed(bytes);
  const { __type, message = '', Message = '' } = body;
  if (validation !== undefined) {
    const isRight = response.status === 400 && __type === 'ValidationException' && message.includes(validation);
    return isRight ? undefined : `${__type}: ${message}, expected ${validation}`;
  }
  if (serialization !== undefined) {
    const isRight = response.status === 400 && __type === 'SerializationException' && Message === serialization;
    return isRight ? undefined : `${__type}: ${Message}${message}, expected ${serialization}`;
  }
  const isComplaint = __type === 'SerializationException' || message.includes(`at '${path}' failed`);
  return isComplaint || response.status >= 500 ? `${response.status} ${__type}: ${Message}${message}` : undefined;
}

const parsed = (bytes: Uint8Array): ErrorBody => JSON.parse(Buffer.from(bytes).toString());

function bodyOf(input: object, type: string): Buffer | string {
  if (type === CBOR_TYPE) return Buffer.from(cbor.serialize(plain(input)));
  return JSON.stringify(input, (_key, value: unknown) => {
    const buffer = value as { type?: string; data?: number[] } | null;
    return buffer?.type === 'Buffer' ? Buffer.from(buffer.data ?? []).toString('base64') : value;
  });
}

/** A copy without members that are undefined, which CBOR would write. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (v === undefined ? [] : [[k, plain(v)]])));
}
