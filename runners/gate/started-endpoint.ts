import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunnerError, runnerError } from '../errors.ts';
import { freePort } from '../free-port.ts';
import { RunningCommand } from '../running-command.ts';

const HOST = '127.0.0.1';
/** Long enough for a service that is compiled first. */
const START_TIMEOUT_MS = 60_000;
const CHECK_INTERVAL_MS = 25;
const HEALTH_TIMEOUT_MS = 1000;

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
  const running = new RunningCommand(command.replaceAll('{port}', String(port)), { PORT: String(port) });
  try {
    await waitUntilReady(running, port, command, signal);
  } catch (error) {
    await running.close();
    throw error;
  }
  return { endpoint: `http://${HOST}:${port}`, ended: () => running.ended, close: () => running.close() };
}

async function waitUntilReady(
  running: RunningCommand,
  port: number,
  command: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isReady(port))) {
    if (signal?.aborted === true) throw failed(command, 'the gate was interrupted', running);
    if (running.ended !== undefined) throw failed(command, running.ended, running);
    if (performance.now() > deadline) {
      throw failed(command, `no response on port ${port} within ${START_TIMEOUT_MS / 1e3} s`, running);
    }
    await sleep(CHECK_INTERVAL_MS);
  }
  // Another process may have taken the port before the command listened on it.
  if (running.ended !== undefined) throw failed(command, running.ended, running);
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

function failed(command: string, why: string, { lastLines }: RunningCommand): RunnerError {
  const printed = lastLines === '' ? '' : `; its output: ${lastLines}`;
  return runnerError('RUNNER_TARGET_FAILED', {
    what: `the command did not start an endpoint: ${why}${printed}`,
    where: command,
    fix: 'Run the command with PORT set, and check that it listens on that port.',
  });
}
