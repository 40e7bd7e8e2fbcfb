import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exceptionMessage, INITIAL_RESPONSE, shardEvent } from '../../../../engine/wire/event-stream.ts';
import { EventFrames } from '../../../../runners/aws/lean/event-frames.ts';
import { eventHeaders } from '../../../../runners/aws/lean/event-headers.ts';

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

const codec = new EventStreamCodec(toUtf8, fromUtf8);
const header = fc.tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 50 }));
const messages = fc.array(
  fc.record({
    headers: fc.array(header, { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    payload: fc.string({ maxLength: 200 }),
  }),
  { maxLength: 8 },
);

/** The encoding of the SDK. */
function encode({ headers, payload }: Message): Buffer {
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }] as const);
  return Buffer.from(codec.encode({ headers: Object.fromEntries(typed), body: Buffer.from(payload) }));
}

/** Pushes the stream in chunks of these lengths over and over, in memory that each chunk overwrites. */
function read(
  stream: Buffer,
  chunkLengths: readonly number[],
): { readonly read: Message[]; readonly isBetween: boolean } {
  const found: Message[] = [];
  const frames = new EventFrames((headers, payload) => {
    found.push({ headers: Object.fromEntries(eventHeaders(headers)), payload: payload.toString() });
  });
  const memory = Buffer.alloc(Math.max(...chunkLengths));
  for (let at = 0, i = 0; at < stream.length; i++) {
    const copied = stream.copy(memory, 0, at, at + chunkLengths[i % chunkLengths.length]!);
    frames.push(memory.subarray(0, copied));
    memory.fill(0xee);
    at += copied;
  }
  return { read: found, isBetween: frames.isBetween };
}

const chunkLengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2000 })), {
  minLength: 1,
  maxLength: 5,
});

test('messages of an event stream are read as the SDK encodes them, however the stream is cut into chunks', () => {
  fc.assert(
    fc.property(messages, chunkLengths, (sent, lengths) => {
      expect(read(Buffer.concat(sent.map(encode)), lengths)).toEqual({ read: sent, isBetween: true });
    }),
  );
});

test('messages of our server are read, however the stream is cut into chunks', () => {
  const stream = Buffer.concat([
    INITIAL_RESPONSE,
    shardEvent('{"Records":[]}'),
    exceptionMessage('SomeException', 'why'),
  ]);
  fc.assert(
    fc.property(chunkLengths, (lengths) => {
      const [first, second, third] = read(stream, lengths).read;
      expect(first!.headers[':event-type']).toBe('initial-response');
      expect(second!.payload).toBe('{"Records":[]}');
      expect(third!.headers[':exception-type']).toBe('SomeException');
    }),
  );
});

test('a stream that was cut off is not between two messages', () => {
  fc.assert(
    fc.property(
      messages.filter((sent) => sent.length > 0),
      chunkLengths,
      fc.nat(),
      (sent, lengths, cut) => {
        const stream = Buffer.concat(sent.map(encode));
        const part = stream.subarray(0, cut % stream.length);
        const ends = sent.map((_, i) => Buffer.concat(sent.slice(0, i).map(encode)).length);
        expect(read(part, lengths).isBetween).toBe(ends.includes(part.length));
      },
    ),
  );
});

test('a stream with changed bytes is rejected as malformed or waits for more, and passes no changed message', () => {
  fc.assert(
    fc.property(messages, chunkLengths, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, lengths, place, mask) => {
      const stream = Buffer.concat([INITIAL_RESPONSE, ...sent.map(encode)]);
      stream[place % stream.length]! ^= mask;
      try {
        expect(read(stream, lengths).isBetween).toBe(false);
      } catch (error) {
        expect(error).toMatchObject({ name: 'MalformedResponse' });
      }
    }),
    { numRuns: 300 },
  );
});

test('headers of any bytes are read or rejected as malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        eventHeaders(Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({ name: 'MalformedResponse' });
      }
    }),
    { numRuns: 500 },
  );
});
