import { malformedResponse } from './malformed-response.ts';

/** Kind of a header's value: a string. The service sends no others. */
const STRING_KIND = 7;

/**
 * Reads the headers of a message of an event stream: the length of a name (uint8), the name, the kind of the value (uint8), and
 * the value, for a string its length (uint16) and its bytes.
 * @throws MalformedResponse
 */
export function eventHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes[at]!;
    const valueAt = nameEnd + 3;
    if (valueAt > bytes.length || bytes[nameEnd] !== STRING_KIND) throw malformed();
    const valueEnd = valueAt + bytes.readUInt16BE(nameEnd + 1);
    if (valueEnd > bytes.length) throw malformed();
    headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', valueAt, valueEnd));
    at = valueEnd;
  }
  return headers;
}

const malformed = () => malformedResponse('the headers of an event cannot be read');
