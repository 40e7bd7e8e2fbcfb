/** The ledger's decision about a received record. */
export const RECEIPT = {
  /** The next one of its key, or one after a gap. */
  inOrder: 0,
  /** Received after a later record of its key. */
  late: 1,
  /** Received before. */
  repeated: 2,
  /** Not a record for this consumer. */
  foreign: 3,
} as const;

export type Receipt = (typeof RECEIPT)[keyof typeof RECEIPT];
