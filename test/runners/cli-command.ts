import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ENTRY = resolve(import.meta.dirname, '../../runners/streamgauge.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the command the way a shell does, without a terminal, and waits for its end. */
export function command(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return program(options.node ?? process.execPath, [ENTRY, ...args], options);
}

export function program(file: string, args: readonly string[], { cwd, env }: CommandOptions = {}): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd, env: plainEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'streamgauge-test-'));
}

/** Without what the test runner itself sets, which would change colours and warnings. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...rest } = process.env;
  return { ...rest, ...extra };
}
