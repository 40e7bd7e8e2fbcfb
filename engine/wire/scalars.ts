import { KinesisError } from '../account/errors.ts';

/**
 * Members whose values JSON and CBOR write differently; everything else is the same in both. In the model of
 * Kinesis a name has one meaning in every input, so names suffice; a test compares them with the SDK's schemas.
 */
const BLOB_MEMBER = 'Data';
const TIMESTAMP_MEMBERS: ReadonlySet<string> = new Set(['Timestamp', 'StreamCreationTimestamp']);
/** A map with keys of the caller: a tag called `Data` is not a blob. */
const MAP_MEMBER = 'Tags';

/** Readers of a format. They return a value of another type unchanged, and the service words the error. */
export interface ScalarReader {
  /** @throws SerializationException for text that is not a blob. */
  blob(value: unknown): unknown;
  timestamp(value: unknown): unknown;
}

/** The deepest input of the model has five levels. Deeper values are not read, and cannot exhaust the stack. */
const LEVELS_MAX = 16;

/**
 * Turns a decoded body into an input of the SDK's shape, in place.
 * @throws SerializationException if the body is not a structure, or a blob is malformed.
 */
export function readScalars(body: unknown, reader: ScalarReader): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof Uint8Array) {
    throw serializationError('');
  }
  readIn(body, reader, 1);
  return body;
}

function readIn(value: object, reader: ScalarReader, level: number): void {
  const structure = value as Record<string, unknown>;
  for (const name of Object.keys(structure)) {
    const member = structure[name];
    if (member === null || member === undefined) continue;
    if (name === BLOB_MEMBER) structure[name] = reader.blob(member);
    else if (TIMESTAMP_MEMBERS.has(name)) structure[name] = reader.timestamp(member);
    else if (isNested(member) && name !== MAP_MEMBER && level < LEVELS_MAX) readIn(member, reader, level + 1);
  }
}

/** A copy of an input without the values that no operation reads because they are nested too deeply. */
export function withoutDepth<Input extends object>(input: Input, level = 1): Input {
  const copy = (value: unknown): unknown => {
    if (!isNested(value) || value instanceof Date) return value;
    return level < LEVELS_MAX ? withoutDepth(value, level + 1) : null;
  };
  if (Array.isArray(input)) return input.map(copy) as unknown as Input;
  return Object.fromEntries(Object.entries(input).map(([name, member]) => [name, copy(member)])) as Input;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && !(value instanceof Uint8Array);

/** @param message empty for a body that is not a structure: AWS sends no message then. */
export function serializationError(message: string): KinesisError {
  return new KinesisError('SerializationException', message);
}

/** Returns the value itself if the time is outside the range of Date. */
export function dateOfMs(epochMs: number): Date | number {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? epochMs : date;
}
