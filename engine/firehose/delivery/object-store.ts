/** An object of S3, or a file that takes its place. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  /** The bytes of the object are these, one after the other. */
  readonly pieces: readonly Uint8Array[];
  /** `gzip` and the like; undefined for bytes as they are. */
  readonly contentEncoding?: string | undefined;
}

export type StoreOutcome =
  | { readonly kind: 'stored' }
  /** Nothing is known about the object: it may have been stored or not. Storing it again does no harm. */
  | { readonly kind: 'retry'; readonly errorCode: string; readonly errorMessage: string };

/** Where objects are stored: a folder, or an S3 endpoint. Neither retries nor waits between tries. */
export interface ObjectStore {
  put(object: StoredObject, signal: AbortSignal): Promise<StoreOutcome>;
  close(): Promise<void>;
}
