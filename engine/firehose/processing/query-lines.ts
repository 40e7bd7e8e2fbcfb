import { unfilled } from './packed-bytes.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
/** A line that is no JSON. An empty line may be no line at all for jq. */
const NO_JSON = 0x2d;

/**
 * Puts records into lines. JSON has line breaks only as white space, so that spaces can take their place.
 */
export function linesOf(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const record of records) length += record.length + 2;
  const lines = unfilled(length);
  let at = 0;
  for (const record of records) {
    lines.set(record, at);
    const start = at;
    at += record.length;
    let isBlank = true;
    for (let i = start; i < at; i++) {
      if (lines[i] === NEWLINE) lines[i] = SPACE;
      else if (lines[i]! > SPACE) isBlank = false;
    }
    if (isBlank) {
      lines[at] = NO_JSON;
      at += 1;
    }
    lines[at] = NEWLINE;
    at += 1;
  }
  return lines.subarray(0, at);
}
