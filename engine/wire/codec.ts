/** A body format: converts between bytes and the SDK's shapes. */
export interface Codec {
  readonly contentType: string;
  /** @throws SerializationException for malformed bytes. */
  decode(operation: string, body: Buffer): object;
  /** Returns a string if the response is ASCII. */
  encode(operation: string, output: object): Buffer | string;
  encodeError(error: ErrorBody): Buffer | string;
}

/** An error on the wire; see `errorBody`. */
export interface ErrorBody {
  readonly __type: string;
  readonly message?: string;
  readonly Message?: string;
}
