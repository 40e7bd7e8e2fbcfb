import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { killAtExit } from './kill-at-exit.ts';
import { callKinesis } from './wire-call.ts';

export interface ServerCommand {
  /** Node without it. */
  readonly program?: string;
  /** Arguments of the program; for Node, the script first. */
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server in a process of its own on this machine. */
export interface ServerProcess {
  /** Port of HTTP/1.1 in cleartext, or of the server's own protocol. */
  readonly port: number;
  readonly pid: number;
  /** Time from spawning the process to its first response. */
  readonly startMs: number;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 2;
const CLOSE_GRACE_MS = 5000;
const STDERR_KEPT = 2000;

/**
 * Starts a server and waits until it responds.
 * @param responds returns true if it does; calls ListStreams by default.
 * @throws Error with what it wrote if it ends first, or does not respond within 30 s.
 */
export async function startProcess(
  { program = process.execPath, args, cwd, env }: ServerCommand,
  port: number,
  responds: (port: number) => Promise<boolean> = listsStreams,
): Promise<ServerProcess> {
  const startedAtMs = performance.now();
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const forget = killAtExit(child);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const close = async () => {
    await endChild(child);
    forget();
  };
  while (!(await responds(port))) {
    const tooLate = performance.now() - startedAtMs > START_TIMEOUT_MS;
    if (tooLate || hasEnded(child)) {
      await close();
      throw new Error(`${args[0]} ${tooLate ? 'does not respond' : `ended (${child.exitCode})`}: ${stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { port, pid: child.pid ?? 0, startMs: performance.now() - startedAtMs, close };
}

async function listsStreams(port: number): Promise<boolean> {
  return callKinesis(port, 'ListStreams', {}).then(
    () => true,
    () => false,
  );
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function endChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const cut = setTimeout(() => child.kill('SIGKILL'), CLOSE_GRACE_MS);
  await ended;
  clearTimeout(cut);
}
