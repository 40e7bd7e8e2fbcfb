import { crc32 } from 'node:zlib';

/**
 * One message of an event stream, big-endian. Both sums are CRC-32 of everything before them.
 *
 *   0            4             8               12        12 + H              total - 4
 *   +------------+-------------+---------------+---------+-------------------+-------------+
 *   | totalBytes | headerBytes | preludeCrc    | headers | payload           | messageCrc  |
 *   | uint32     | uint32 (H)  | uint32        | H bytes |                   | uint32      |
 *   +------------+-------------+---------------+---------+-------------------+-------------+
 *
 * A header is the length of its name (uint8), its name, the kind of its value (uint8), and the value: for a string, its
 * length (uint16) and its bytes.
 */
const PRELUDE_BYTES = 8;
const CRC_BYTES = 4;
const STRING_KIND = 7;

export const EVENT_STREAM_CONTENT_TYPE = 'application/vnd.amazon.eventstream';

/** The encoded headers of a message, made once for all messages with the same headers. */
function eventHeaders(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [
      Buffer.from([name.length]),
      Buffer.from(name),
      Buffer.from([STRING_KIND, Buffer.byteLength(value) >> 8, Buffer.byteLength(value) & 0xff]),
      Buffer.from(value),
    ]),
  );
}

function eventMessage(headers: Buffer, payload: Buffer | string): Buffer {
  const headersAt = PRELUDE_BYTES + CRC_BYTES;
  const payloadBytes = Buffer.byteLength(payload);
  const totalBytes = headersAt + headers.length + payloadBytes + CRC_BYTES;
  const message = Buffer.allocUnsafe(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, PRELUDE_BYTES)), PRELUDE_BYTES);
  message.set(headers, headersAt);
  if (typeof payload === 'string') message.write(payload, headersAt + headers.length);
  else message.set(payload, headersAt + headers.length);
  message.writeUInt32BE(crc32(message.subarray(0, totalBytes - CRC_BYTES)), totalBytes - CRC_BYTES);
  return message;
}

const JSON_PAYLOAD = { ':content-type': 'application/json' };

/** An event stream's first message. */
export const INITIAL_RESPONSE = eventMessage(
  eventHeaders({ ':message-type': 'event', ':event-type': 'initial-response', ...JSON_PAYLOAD }),
  '{}',
);

const SUBSCRIBE_TO_SHARD_EVENT = eventHeaders({
  ':message-type': 'event',
  ':event-type': 'SubscribeToShardEvent',
  ...JSON_PAYLOAD,
});

export function shardEvent(payload: Buffer | string): Buffer {
  return eventMessage(SUBSCRIBE_TO_SHARD_EVENT, payload);
}

/** An error that ends the stream. The client's iterator throws it. */
export function exceptionMessage(code: string, message: string): Buffer {
  const headers = eventHeaders({ ':message-type': 'exception', ':exception-type': code, ...JSON_PAYLOAD });
  return eventMessage(headers, JSON.stringify({ message }));
}
