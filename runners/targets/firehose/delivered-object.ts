/** One object at the destination of a delivery stream, or one request to it. */
export interface DeliveredObject {
  /** Name below the destination. */
  readonly name: string;
  /**
   * When the object could be read at its destination, by `performance.now()` of this thread. Every latency of a consumer of
   * kind `delivered` ends here, whenever the consumer looked.
   */
  readonly deliveredAtMs: number;
  /** The parts of the object after decompression: records are found in each part by itself. */
  readonly parts: readonly Buffer[];
}

/** Finds what a delivery stream delivered. */
export interface DestinationReading {
  /** Remembers what is there already: everything else is new. */
  open(): Promise<void>;
  /**
   * Passes on each new object once, in the order of delivery, until the signal aborts. Waits for each `take`, so that no more
   * than a few objects are in memory.
   */
  follow(take: (object: DeliveredObject) => Promise<void>, signal: AbortSignal): Promise<void>;
}
