import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ENTRY = resolve(import.meta.dirname, '../../../runners/streamgauge.js');

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

/** Starts the command as a shell does, without a terminal, and waits for its end. */
export function command(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return program(options.node ?? process.execPath, [ENTRY, ...args], options);
}

let previous: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line inside the process of the test, which saves the start of Node. Calls wait for each other, because
 * folder, environment, output and exit code belong to the whole process.
 */
export function commandInProcess(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const ended = previous.then(() => runInProcess(args, options));
  previous = ended.catch(() => {});
  return ended;
}

async function runInProcess(args: readonly string[], { cwd, env }: CommandOptions): Promise<Ended> {
  const { runCommandLine } = await import('../../../runners/commands/line.ts');
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  const outputs = [process.stdout, process.stderr].map(captured);
  const exitListeners = process.listeners('exit');
  try {
    process.env = plainEnvironment(env);
    if (cwd !== undefined) process.chdir(cwd);
    await runCommandLine(args);
    const [stdout = '', stderr = ''] = outputs.map(({ text }) => text());
    return { code: Number(process.exitCode), stdout, stderr };
  } finally {
    for (const { release } of outputs) release();
    for (const listener of process.listeners('exit')) {
      if (!exitListeners.includes(listener)) process.removeListener('exit', listener);
    }
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
  }
}

/** Collects the output of a stream until `release`, which also removes the listeners that were added meanwhile. */
function captured(stream: NodeJS.WriteStream): { readonly text: () => string; readonly release: () => void } {
  const { write } = stream;
  const listeners = stream.listeners('error');
  const chunks: string[] = [];
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    chunks.push(Buffer.from(chunk).toString());
    const written = rest.at(-1);
    if (typeof written === 'function') process.nextTick(written);
    return true;
  };
  const release = () => {
    stream.write = write;
    for (const listener of stream.listeners('error')) {
      if (!listeners.includes(listener)) stream.removeListener('error', listener as () => void);
    }
  };
  return { text: () => chunks.join(''), release };
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

/** The environment without the variables of the test runner, which would change colours and warnings. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _colour, NODE_OPTIONS: _options, ...rest } = process.env;
  return { ...rest, ...extra };
}

/** Reasons for an invalid run that come from a busy machine, and not from the tested code. */
const MACHINE_REASONS = new Set(['SCHEDULE_LAG', 'LOOP_DELAY', 'WORKER_CPU']);
const ATTEMPTS_MAX = 3;

/**
 * Repeats a run that is invalid only because other programs kept the machine busy. Returns any other ending at once, and the
 * last attempt in every case.
 */
export async function whenMachineIsQuiet(run: () => Promise<Ended>, resultFile: string): Promise<Ended> {
  for (let attempt = 1; ; attempt++) {
    const ended = await run();
    if (attempt === ATTEMPTS_MAX || ended.code !== 5) return ended;
    const result: { validity: { reasons: { code: string }[] } } = JSON.parse(readFileSync(resultFile, 'utf8'));
    if (!result.validity.reasons.every(({ code }) => MACHINE_REASONS.has(code))) return ended;
  }
}
