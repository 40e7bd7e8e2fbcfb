/** When a buffer is delivered: at this size, or at this age of its first record, whichever comes first. */
export interface BufferHints {
  /** Bytes of data after processing and before compression. */
  readonly sizeBytes: number;
  /** 0 delivers what has come without waiting. */
  readonly intervalMs: number;
  /** Size of batches when delivery is slower than the records come; `sizeBytes` if undefined. */
  readonly lateSizeBytes?: number | undefined;
}
