import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunnerError, runnerError } from '../errors.ts';

const HOST = '127.0.0.1';
/** A service that compiles itself first takes its time. */
const START_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 25;
const HEALTH_TIMEOUT_MS = 1000;
/** From SIGTERM to SIGKILL. */
const END_TIMEOUT_MS = 5000;
/** What is kept of what the command says, for the message when it fails. */
const OUTPUT_KEPT = 2000;

export interface StartedEndpoint {
  /** Loopback: nobody else can reach it. */
  readonly endpoint: string;
  /** Says how it ended where it did so by itself. */
  readonly ended: () => string | undefined;
  /** SIGTERM, then SIGKILL, to the command and everything it started. */
  close(): Promise<void>;
}

/**
 * Starts a command that serves an endpoint, and waits until it answers: /health with anything but a 5xx, or a connection where
 * HTTP is not understood.
 * @param command for the shell; `{port}` in it and PORT in its environment are the port to listen on.
 * @throws RunnerError RUNNER_TARGET_FAILED when it ends by itself or does not answer within a minute.
 */
export async function startEndpoint(command: string, signal?: AbortSignal): Promise<StartedEndpoint> {
  const port = await freePort();
  const child = spawn(command.replaceAll('{port}', String(port)), {
    shell: true,
    // Its own process group, so that what it starts can be ended with it.
    detached: true,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = new RunningCommand(child);
  try {
    await running.answers(port, command, signal);
  } catch (error) {
    await running.close();
    throw error;
  }
  return { endpoint: `http://${HOST}:${port}`, ended: () => running.ended, close: () => running.close() };
}

class RunningCommand {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #killAtExit = () => {
    this.#signal('SIGKILL');
  };
  #output = '';
  ended: string | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
      });
    }
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => {
        this.ended ??= error.message;
        resolve();
      });
      child.once('exit', (code, by) => {
        this.ended ??= by === null ? `it ended with code ${code}` : `it was ended by ${by}`;
        resolve();
      });
    });
    // Whatever ends this process, a second Ctrl-C included, ends the command.
    process.once('exit', this.#killAtExit);
  }

  async answers(port: number, command: string, signal: AbortSignal | undefined): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await isReady(port))) {
      if (signal?.aborted === true) throw failed(command, 'the gate was interrupted', this.#output);
      if (this.ended !== undefined) throw failed(command, this.ended, this.#output);
      if (performance.now() > deadline) {
        throw failed(command, `nothing answered on port ${port} within ${START_TIMEOUT_MS / 1e3} s`, this.#output);
      }
      await sleep(LOOK_EVERY_MS);
    }
    // Somebody else may have taken the port between our asking and the command's listening.
    if (this.ended !== undefined) throw failed(command, this.ended, this.#output);
  }

  async close(): Promise<void> {
    this.#signal('SIGTERM');
    // The group is awaited, not the shell alone: what the shell started may still be putting things away.
    const deadline = performance.now() + END_TIMEOUT_MS;
    while (this.#signal(0) && performance.now() < deadline) await sleep(LOOK_EVERY_MS);
    this.#signal('SIGKILL');
    await this.#gone;
    process.off('exit', this.#killAtExit);
  }

  /** @returns false when nothing of the group is left. */
  #signal(name: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      return process.kill(-pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  }
}

async function isReady(port: number): Promise<boolean> {
  if (!(await connects(port))) return false;
  try {
    const { status } = await fetch(`http://${HOST}:${port}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return status < 500;
  } catch {
    // Not HTTP/1.1, or nothing said at all: it takes connections, and that has to do.
    return connects(port);
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const answer = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function failed(command: string, why: string, output: string): RunnerError {
  const said = output.trim() === '' ? '' : `; it said: ${output.trim().split('\n').slice(-3).join(' | ')}`;
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `the command did not start an endpoint: ${why}${said}`,
    where: command,
    fix: 'Start it by hand with PORT set, and see that it listens there.',
  });
}
