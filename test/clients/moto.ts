import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment } from '../runners/commands/cli-command.ts';
import { freePort } from './free-port.ts';
import { clients } from './python-client.ts';

const START_MS = 60_000;

/** moto's server, whose DynamoDB holds the leases of the Kinesis Client Library. */
export async function startMoto(): Promise<{ readonly url: string; end(): void }> {
  if (clients.kind !== 'ready') throw new Error(clients.reason);
  const port = await freePort();
  const child = spawn(clients.python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    env: plainEnvironment({ PYTHONDONTWRITEBYTECODE: '1' }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const url = `http://127.0.0.1:${port}`;
  const endMs = Date.now() + START_MS;
  while (!(await isUp(url))) {
    if (child.exitCode !== null || Date.now() > endMs) throw new Error(`moto does not start:\n${stderr}`);
    await sleep(100);
  }
  return { url, end: () => void child.kill() };
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/`)).ok;
  } catch {
    return false;
  }
}
