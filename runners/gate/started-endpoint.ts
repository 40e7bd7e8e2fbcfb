import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunnerError, runnerError } from '../errors.ts';
import { freePort } from '../free-port.ts';

const HOST = '127.0.0.1';
/** Long enough for a service that is compiled first. */
const START_TIMEOUT_MS = 60_000;
const CHECK_INTERVAL_MS = 25;
const HEALTH_TIMEOUT_MS = 1000;
/** Time from SIGTERM to SIGKILL. */
const END_TIMEOUT_MS = 5000;
/** Characters of the output of the command that are kept for the error message. */
const OUTPUT_LENGTH_MAX = 2000;

export interface StartedEndpoint {
  /** An address on the loopback interface, so that other machines cannot reach it. */
  readonly endpoint: string;
  /** Describes how the command ended, or undefined while it runs. */
  readonly ended: () => string | undefined;
  /** Sends SIGTERM, then SIGKILL, to the command and all processes that it started. */
  close(): Promise<void>;
}

/**
 * Starts a command that serves an endpoint, and waits until it is ready: /health responds with a status below 500, or the port
 * accepts a connection but does not speak HTTP.
 * @param command a shell command. It must listen on the port of `{port}` and of the environment variable PORT.
 * @throws RunnerError RUNNER_TARGET_FAILED if the command ends, or is not ready within a minute.
 */
export async function startEndpoint(command: string, signal?: AbortSignal): Promise<StartedEndpoint> {
  const port = await freePort(HOST);
  const child = spawn(command.replaceAll('{port}', String(port)), {
    shell: true,
    // A process group of its own, so that all processes that it starts can be ended with it.
    detached: true,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = new RunningCommand(child);
  try {
    await running.waitUntilReady(port, command, signal);
  } catch (error) {
    await running.close();
    throw error;
  }
  return { endpoint: `http://${HOST}:${port}`, ended: () => running.ended, close: () => running.close() };
}

class RunningCommand {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #killAtExit = () => {
    this.#signal('SIGKILL');
  };
  #output = '';
  ended: string | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_LENGTH_MAX);
      });
    }
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.ended ??= error.message;
        resolve();
      });
      child.once('exit', (code, by) => {
        this.ended ??= by === null ? `it ended with code ${code}` : `it was ended by ${by}`;
        resolve();
      });
    });
    // The command must end with this process, also after a second Ctrl-C.
    process.once('exit', this.#killAtExit);
  }

  async waitUntilReady(port: number, command: string, signal: AbortSignal | undefined): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await isReady(port))) {
      if (signal?.aborted === true) throw failed(command, 'the gate was interrupted', this.#output);
      if (this.ended !== undefined) throw failed(command, this.ended, this.#output);
      if (performance.now() > deadline) {
        throw failed(command, `no response on port ${port} within ${START_TIMEOUT_MS / 1e3} s`, this.#output);
      }
      await sleep(CHECK_INTERVAL_MS);
    }
    // Another process may have taken the port before the command listened on it.
    if (this.ended !== undefined) throw failed(command, this.ended, this.#output);
  }

  async close(): Promise<void> {
    this.#signal('SIGTERM');
    // Waits for the whole group, not only for the shell, because processes that the shell started may still be cleaning up.
    const deadline = performance.now() + END_TIMEOUT_MS;
    while (this.#signal(0) && performance.now() < deadline) await sleep(CHECK_INTERVAL_MS);
    this.#signal('SIGKILL');
    await this.#exited;
    process.off('exit', this.#killAtExit);
  }

  /** @returns false if no process of the group is left. */
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
    // The endpoint does not speak HTTP/1.1 or did not respond. It is ready if it accepts connections.
    return connects(port);
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function failed(command: string, why: string, output: string): RunnerError {
  const printed = output.trim() === '' ? '' : `; its output: ${output.trim().split('\n').slice(-3).join(' | ')}`;
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `the command did not start an endpoint: ${why}${printed}`,
    where: command,
    fix: 'Run the command with PORT set, and check that it listens on that port.',
  });
}
