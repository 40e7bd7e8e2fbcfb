import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const CHECK_INTERVAL_MS = 25;
/** Time from SIGTERM to SIGKILL. */
const END_TIMEOUT_MS = 5000;
/** Characters of the output of the command that are kept for error messages. */
const OUTPUT_LENGTH_MAX = 2000;

/** A shell command that runs until it is closed, with all processes that it starts. */
export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #killAtExit = () => {
    this.#signal('SIGKILL');
  };
  /** The end of what it printed. */
  output = '';
  /** Describes how the command ended; undefined while it runs. */
  ended: string | undefined;

  constructor(command: string, environment: Readonly<Record<string, string>> = {}) {
    const child = spawn(command, {
      shell: true,
      // A process group of its own, so that all processes that it starts can be ended with it.
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-OUTPUT_LENGTH_MAX);
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

  /** The last lines that it printed, on one line; empty if it printed nothing. */
  get lastLines(): string {
    return this.output.trim().split('\n').slice(-3).join(' | ');
  }

  /** Sends SIGTERM, then SIGKILL, to the command and all processes that it started. */
  async close(): Promise<void> {
    this.#signal('SIGTERM');
    // Waits for the whole group, not only for the shell, because processes that the shell started may still be cleaning up.
    const deadline = performance.now() + END_TIMEOUT_MS;
    while (this.#signal(0) && performance.now() < deadline) await sleep(CHECK_INTERVAL_MS);
    await this.kill();
  }

  /** Sends SIGKILL to the command and all processes that it started. */
  async kill(): Promise<void> {
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
