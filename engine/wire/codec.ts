/** A body format: both ways between bytes and the SDK's shapes. */
export interface Codec {
  readonly contentType: string;
  /** @throws SerializationException for bytes that are not of the format. */
  decode(operation: string, body: Buffer): object;
  /** A string when the answer is ASCII. */
  encode(operation: string, output: object): Buffer | string;
  encodeError(error: ErrorBody): Buffer | string;
}

/** An error on the wire; see `errorBody`. */
export interface ErrorBody {
  readonly __type: string;
  readonly message?: string;
  readonly Message?: string;
}
