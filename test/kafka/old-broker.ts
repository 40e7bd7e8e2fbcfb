import { createServer, type Server, type Socket } from 'node:net';

const API_VERSIONS = 18;
const PRODUCE = 0;
const FETCH = 1;
/** Version 2 is of Kafka 0.10. Source: https://kafka.apache.org/protocol */
const NEWEST_PRODUCE = 2;
const LENGTH_BYTES = 4;

/** Listens as a broker that knows only old requests: it responds to ApiVersions, and closes at anything else. */
export function oldBroker(): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (request) => respond(socket, request));
  });
}

function respond(socket: Socket, request: Buffer): void {
  const key = request.readInt16BE(LENGTH_BYTES);
  const correlation = request.readInt32BE(LENGTH_BYTES + 4);
  if (key !== API_VERSIONS) {
    socket.destroy();
    return;
  }
  const apis = [
    [PRODUCE, NEWEST_PRODUCE],
    [FETCH, NEWEST_PRODUCE],
    [API_VERSIONS, 3],
  ];
  const body = Buffer.alloc(4 + 2 + 1 + apis.length * 7 + 4 + 1);
  let at = body.writeInt32BE(correlation);
  at = body.writeInt16BE(0, at);
  // A compact array: its length plus one.
  at = body.writeUInt8(apis.length + 1, at);
  for (const [api, newest] of apis) {
    at = body.writeInt16BE(api!, at);
    at = body.writeInt16BE(0, at);
    at = body.writeInt16BE(newest!, at);
    at = body.writeUInt8(0, at);
  }
  body.writeInt32BE(0, at);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(body.length);
  socket.write(Buffer.concat([length, body]));
}
