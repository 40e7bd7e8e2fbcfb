import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { ENTRY, type Ended, emptyFolder, plainEnvironment } from '../runners/commands/cli-command.ts';

export const EXAMPLES = resolve(import.meta.dirname, '../../examples');
/** Both files name it; here another one is taken, which nobody has. */
const PORT = '4567';

/** A clean folder as CI checks it out, with `npx streamgauge` as the sources and `npm ci` done already. */
export interface CiMachine {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a script as a step does, in a folder below the clean one, on the machine's own port and in little time. */
  step(script: string, options: StepOptions): Promise<Ended>;
  /** Ends what steps have left running, as CI does at a job's end. */
  close(): void;
}

export interface StepOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly in?: string;
}

/** @param checkouts folders below the clean one that hold the repository; '' is the clean folder itself. */
export async function ciMachine(checkouts: readonly string[]): Promise<CiMachine> {
  const folder = emptyFolder();
  const port = await freePort();
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  shim(join(bin, 'npx'), `[ "$1" = streamgauge ] || exit 97\nshift\nexec "${process.execPath}" "${ENTRY}" "$@"`);
  shim(join(bin, 'npm'), `[ "$*" = ci ] || exit 98`);
  for (const checkout of checkouts) {
    mkdirSync(join(folder, checkout), { recursive: true });
    cpSync(join(EXAMPLES, 'checkout.yaml'), join(folder, checkout, 'checkout.yaml'));
    const file = join(folder, checkout, 'checkout.yaml');
    writeFileSync(file, shortened(readFileSync(file, 'utf8').replaceAll(PORT, port)));
  }
  const children: ChildProcess[] = [];
  const env = { CI: 'true', PATH: [bin, process.env.PATH].join(delimiter) };
  return {
    folder,
    env,
    step: (script, options) => {
      const text = script.replaceAll(PORT, port);
      const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', text], {
        cwd: join(folder, options.in ?? ''),
        env: plainEnvironment({ ...env, ...options.env }),
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that a service that it leaves running can be ended.
        detached: true,
      });
      children.push(child);
      return ended(child);
    },
    close: () => {
      for (const { pid } of children) endGroup(pid);
    },
  };
}

/** Seconds instead of tens of them; every line of the scenario is still used. */
function shortened(scenario: string): string {
  return scenario.replace('duration: 20s', 'duration: 2s').replace('duration: 3s', 'duration: 1s');
}

function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((done, fail) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    // The step left nothing running.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function shim(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function freePort(): Promise<string> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(String(typeof address === 'object' ? address?.port : PORT)));
    });
  });
}
