import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

/** A server responds to its first request within a quarter of a second; slow modules must load later. */
const PROGRAM = `
  import { connect } from 'node:net';
  const { startServer } = await import(process.argv[1]);
  const server = await startServer({ call: () => ({}), subscribe: () => {} });
  const socket = connect(server.port, () => socket.write('GET /health HTTP/1.1\\r\\n\\r\\n'));
  socket.once('data', () => {
    console.log(JSON.stringify(process.moduleLoadList.map((name) => name.split(' ').at(-1))));
    process.exit();
  });
`;

test('a server loads a protocol or a format only when a client uses it', () => {
  const server = pathToFileURL(resolve('engine/wire/server.ts')).href;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM, server], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const loaded: string[] = JSON.parse(output);
  expect(loaded).toContain('net');
  expect(loaded.filter((name) => ['http', 'https', 'http2', 'tls', 'worker_threads'].includes(name))).toEqual([]);
});
