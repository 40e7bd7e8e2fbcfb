import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startEndpoint } from '../../../runners/gate/started-endpoint.ts';
import { emptyFolder } from '../commands/cli-command.ts';

const NODE = JSON.stringify(process.execPath);

/** A server that writes its identity and its health to a file. */
function serverIn(folder: string, body: string): string {
  const file = join(folder, 'server.mjs');
  writeFileSync(
    file,
    `import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid));
${body}`,
  );
  return file;
}

const pidIn = (folder: string) => Number(readFileSync(join(folder, 'pid'), 'utf8'));

async function isGone(pid: number): Promise<boolean> {
  for (let look = 0; look < 100; look++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(20);
  }
  return false;
}

describe('a command that serves an endpoint', () => {
  test('is awaited until its health is good, and ended', async () => {
    const folder = emptyFolder();
    const file = serverIn(
      folder,
      `const readyAtMs = Date.now() + 400;
createServer((_, answer) => { answer.statusCode = Date.now() < readyAtMs ? 503 : 200; answer.end(); }).listen(Number(process.env.PORT), '127.0.0.1');`,
    );
    const { endpoint, close } = await startEndpoint(`${NODE} ${file}`);
    expect((await fetch(`${endpoint}/health`)).status).toBe(200);
    await close();
    expect(await isGone(pidIn(folder))).toBe(true);
  });

  test('gets the port in its words too, and need not know HTTP', async () => {
    const folder = emptyFolder();
    const file = serverIn(
      folder,
      `import { createServer as plain } from 'node:net';
plain((socket) => socket.destroy()).listen(Number(process.argv[2]), '127.0.0.1');`,
    );
    const { close } = await startEndpoint(`${NODE} ${file} {port}`);
    await close();
    expect(await isGone(pidIn(folder))).toBe(true);
  });

  test('is ended with all that it started, even what ignores SIGTERM', async () => {
    const folder = emptyFolder();
    const file = serverIn(
      folder,
      `process.on('SIGTERM', () => {});
createServer((_, answer) => answer.end()).listen(Number(process.env.PORT), '127.0.0.1');`,
    );
    const { close } = await startEndpoint(`${NODE} ${file} & wait`);
    await close();
    expect(await isGone(pidIn(folder))).toBe(true);
  });

  test('fails the target with its own error output when it ends by itself', async () => {
    await expect(startEndpoint('echo no such database >&2; exit 7')).rejects.toThrow(
      /RUNNER_TARGET_FAILED the command did not start an endpoint: it ended with code 7; its output: no such database/,
    );
  });

  test('fails the target when its program does not exist', async () => {
    await expect(startEndpoint('streamgauge-no-such-command')).rejects.toThrow(/RUNNER_TARGET_FAILED .*code 127/);
  });

  test('is ended when the waiting is interrupted', async () => {
    const folder = emptyFolder();
    const file = serverIn(folder, 'setInterval(() => {}, 1000);');
    const controller = new AbortController();
    const starting = startEndpoint(`${NODE} ${file}`, controller.signal);
    const failed = expect(starting).rejects.toThrow('interrupted');
    await expect.poll(() => existsSync(join(folder, 'pid')) && pidIn(folder), { timeout: 60_000 }).toBeGreaterThan(0);
    controller.abort('SIGINT');
    await failed;
    expect(await isGone(pidIn(folder))).toBe(true);
  });
});
