import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../../engine/engine.ts';
import { RawConnection, requestBytes } from '../raw-call.ts';
import { soon } from '../soon.ts';

let engine: Engine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

describe('a port of connection threads', () => {
  test('is not shared with another server, whether that has threads or not', async () => {
    engine = await Engine.open();
    const { port } = await engine.serve({ threads: 2 });
    for (const threads of [1, 2]) {
      await expect(engine.serve({ port, threads })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    }
  });

  test('is free again when the server has closed, and closing twice ends', async () => {
    engine = await Engine.open();
    const server = await engine.serve({ threads: 2 });
    await Promise.all([server.close(), server.close({ graceMs: 0 })]);
    const again = await engine.serve({ threads: 2, port: server.port });
    expect(again.port).toBe(server.port);
  });
});

test('connections of all threads together have one limit', async () => {
  engine = await Engine.open();
  const server = await engine.serve({ threads: 2, maxConnections: 3 });
  const connections = Array.from({ length: 8 }, () => new RawConnection(server.port));
  for (const connection of connections) connection.send(requestBytes('ListStreams', '{}'));
  await soon(() => expect(server.connectionCount).toBe(3));
  for (const { socket } of connections) socket.destroy();
  await soon(() => expect(server.connectionCount).toBe(0));
});

/** Ends a connection thread of a server as a defect would. */
const PROGRAM = `
  const workers = [];
  process.on('worker', (worker) => workers.push(worker));
  const { Engine } = await import(process.argv[2]);
  const engine = await Engine.open();
  const server = await engine.serve({ threads: 2 });
  console.log(server.threads, workers.length);
  await workers[1].terminate();
  setTimeout(() => console.log('still serving'), 5000);
`;

test('a program whose connection thread dies ends with an error, instead of serving with fewer threads', () => {
  const engineUrl = pathToFileURL(resolve('engine/engine.ts')).href;
  const folder = mkdtempSync(join(tmpdir(), 'streamgauge-dying-'));
  const program = join(folder, 'program.mjs');
  writeFileSync(program, PROGRAM);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, engineUrl], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe('2 2\n');
  expect(stderr).toContain('A connection thread ended with code 1.');
  expect(status).not.toBe(0);
});
