/**
 * Bytes at the start of every payload of a stream whose records have no room beside, in which the harness identifies the
 * record. The runners' envelope compares its own length with this one when it loads. Sizes include these bytes; templates and
 * recordings follow them.
 */
export const ENVELOPE_BYTES = 36;
