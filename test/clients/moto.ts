import { spawn } from 'node:child_process';
import { plainEnvironment } from '../runners/commands/cli-command.ts';
import { freePort } from './free-port.ts';
import { clients } from './python-client.ts';
import { untilReady } from './server-process.ts';

const START_MS = 60_000;

/** moto's server, whose DynamoDB holds the leases of the Kinesis Client Library. */
export async function startMoto(): Promise<{ readonly url: string; end(): void }> {
  if (clients.kind !== 'ready') throw new Error(clients.reason);
  const port = await freePort();
  const child = spawn(clients.python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    env: plainEnvironment({ PYTHONDONTWRITEBYTECODE: '1' }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = `http://127.0.0.1:${port}`;
  const end = await untilReady('moto', child, START_MS, () => isUp(url));
  return { url, end: () => void end('SIGTERM') };
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/`)).ok;
  } catch {
    return false;
  }
}
