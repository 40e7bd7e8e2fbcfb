import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from '../free-port.ts';
import { type ServerProcess, startProcess } from './peers-process.ts';

const PROGRAM = 'redis-server';

/**
 * Starts Redis as a server of streams in memory: without files, as it is fastest.
 * @returns undefined if it is not installed.
 */
export async function startRedis(): Promise<ServerProcess | undefined> {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: '/tmp' };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return startProcess({ program: PROGRAM, args }, port, responds);
}

const STREAMS = 4;

/** The streams of Redis that take the records of one stream. */
export const redisStreams = (streamName: string): string[] =>
  Array.from({ length: STREAMS }, (_, i) => `${streamName}-${i}`);

/** Number of entries in the streams of a name. */
export async function redisLength(port: number, streamName: string): Promise<number> {
  let length = 0;
  for (const stream of redisStreams(streamName)) {
    const reply = await redisReply(port, ['XLEN', stream]);
    if (!reply.startsWith(':')) throw new Error(`XLEN replied ${reply}`);
    length += Number(reply.slice(1));
  }
  return length;
}

/** Deletes the streams of a name, and waits until their memory is free. */
export async function removeRedisStreams(port: number, streamName: string): Promise<void> {
  await redisReply(port, ['DEL', ...redisStreams(streamName)]);
}

/** A command as Redis reads it: an array of strings with their lengths. */
export function redisCommand(words: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === 'string' ? Buffer.from(word) : word;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** One command on a connection of its own. Returns the first line of the reply. */
function redisReply(port: number, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received = '';
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('data', (text: string) => {
      received += text;
      const end = received.indexOf('\r\n');
      if (end < 0) return;
      socket.destroy();
      resolve(received.slice(0, end));
    });
    socket.write(redisCommand(words));
  });
}

const responds = (port: number): Promise<boolean> =>
  redisReply(port, ['PING']).then(
    (reply) => reply === '+PONG',
    () => false,
  );
