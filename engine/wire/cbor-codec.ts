import { CborPutReader } from './cbor-put-columns.ts';
import { writeCborPutOutcome } from './cbor-put-response.ts';
import { readCbor } from './cbor-reader.ts';
import { CborRecordWriter } from './cbor-record-writer.ts';
import { writeCbor } from './cbor-writer.ts';
import type { Codec } from './codec.ts';
import { dateOfMs, readScalars, type ScalarReader, serializationError } from './scalars.ts';

export const CBOR_CONTENT_TYPE = 'application/x-amz-cbor-1.1';

/**
 * The Java SDK puts epoch milliseconds under a tag that RFC 8949 gives to seconds, and others send seconds. Numbers below
 * this are read as seconds: as milliseconds they would lie before March 1973, as seconds they reach the year 5138.
 */
const MS_MIN = 1e11;

const puts = new CborPutReader();

/** Kinesis in CBOR, which the Java SDK, the KCL and Flink speak. */
export const CBOR_CODEC: Codec = {
  contentType: CBOR_CONTENT_TYPE,
  decode: (_operation, body) => readScalars(parseCbor(body), CBOR_SCALARS),
  encode: (_operation, output) => writeCbor(output),
  decodePut: (operation, body, columns) => puts.read(operation, body, columns),
  encodePut: writeCborPutOutcome,
  recordWriter: () => new CborRecordWriter(),
  encodeError: writeCbor,
};

const CBOR_SCALARS: ScalarReader = {
  blob: (value) => value,
  timestamp: (value) => (typeof value === 'number' ? dateOfNumber(value) : value),
};

const dateOfNumber = (value: number): Date | number =>
  dateOfMs(Math.round(Math.abs(value) < MS_MIN ? value * 1000 : value));

function parseCbor(body: Buffer): unknown {
  try {
    return readCbor(body);
  } catch {
    throw serializationError('');
  }
}
