/** A body format: both ways between bytes and the SDK's shapes. */
export interface Codec {
  readonly contentType: string;
  /** @throws SerializationException for bytes that are not of the format. */
  decode(operation: string, body: Buffer): object;
  /** A string when the answer is ASCII. */
  encode(operation: string, output: object): Buffer | string;
  encodeError(error: ErrorBody): Buffer | string;
}

/** What every error is on the wire. */
export interface ErrorBody {
  readonly __type: string;
  readonly message: string;
}
