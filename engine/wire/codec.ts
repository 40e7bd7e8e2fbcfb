import type { PutColumns } from '../account/records/put-columns.ts';
import type { PutOutcome } from '../account/records/put-outcome.ts';
import type { RecordWriter } from '../account/records/record-writer.ts';
import type { PutOperation } from '../account/service/column-service.ts';

import type { BodyPieces } from './body-pieces.ts';
import type { WireResponse } from './exchange.ts';

/** Writes the records of a response, and then the response around them. */
export interface RecordBodyWriter extends RecordWriter {
  /** @param others members of the output other than its records. */
  end(others: object): BodyPieces;
}

/** A body format: converts between bytes and the SDK's shapes. */
export interface Codec {
  readonly contentType: string;
  /** @throws SerializationException for malformed bytes. */
  decode(operation: string, body: Buffer): object;
  /** Returns a string if the response is ASCII. */
  encode(operation: string, output: object): Buffer | string;
  /** Reads the body of a put of Kinesis into columns. Returns false if the body must be decoded by `decode`. */
  decodePut(operation: PutOperation, body: Buffer, columns: PutColumns): boolean;
  /** Encodes the outcome of a put as `encode` does the same output. */
  encodePut(operation: PutOperation, outcome: PutOutcome): WireResponse['body'];
  /** A writer of the records of one response of GetRecords. */
  recordWriter(): RecordBodyWriter;
  encodeError(error: ErrorBody): Buffer | string;
}

/** An error on the wire; see `errorBody`. */
export interface ErrorBody {
  readonly __type: string;
  readonly message?: string;
  readonly Message?: string;
}
