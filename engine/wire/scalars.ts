import { KinesisError } from '../account/errors.ts';

/**
 * Members whose values JSON and CBOR write in ways of their own; everything else is the same in both. In the model of
 * Kinesis a name means the same in every input, so that names suffice; a test compares them with the SDK's schemas.
 */
const BLOB_MEMBER = 'Data';
const TIMESTAMP_MEMBERS: ReadonlySet<string> = new Set(['Timestamp', 'StreamCreationTimestamp']);
/** A map whose keys the caller chose: a tag called `Data` is no blob. */
const MAP_MEMBER = 'Tags';

/** How a format writes them. A value that is neither is left as it is: the service says what it wants instead. */
export interface ScalarReader {
  /** @throws SerializationException for text that is not a blob. */
  blob(value: unknown): unknown;
  timestamp(value: unknown): unknown;
}

/** The deepest input of the model has five levels; what is deeper is not read, and cannot exhaust the stack. */
const MOST_LEVELS = 16;

/**
 * Turns a decoded body into an input of the SDK's shape, in place.
 * @throws SerializationException when the body is not a structure, or a blob is not one.
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
    else if (isNested(member) && name !== MAP_MEMBER && level < MOST_LEVELS) readIn(member, reader, level + 1);
  }
}

const isNested = (value: unknown): value is object => typeof value === 'object' && !(value instanceof Uint8Array);

/** @param message empty for a body that is not a structure at all: AWS says nothing more then. */
export function serializationError(message: string): KinesisError {
  return new KinesisError('SerializationException', message);
}

/** The value itself when the time is out of the range of Date. */
export function dateOfMs(epochMs: number): Date | number {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? epochMs : date;
}
