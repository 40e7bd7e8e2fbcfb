import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const PRINTED_CHARACTERS = 20_000;
const LOOK_EVERY_MS = 50;

/**
 * Waits until a server is ready that was started as a process.
 * @param isReady is called with the end of what the process has printed to the streams that are piped.
 * @returns the function that ends the process by a signal.
 * @throws Error with what it printed if it ends or is not ready in time.
 */
export async function untilReady(
  name: string,
  child: ChildProcess,
  startMs: number,
  isReady: (printed: string) => boolean | Promise<boolean>,
): Promise<(signal: NodeJS.Signals) => Promise<void>> {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-PRINTED_CHARACTERS);
    });
  }
  const ended = once(child, 'close');
  const endMs = Date.now() + startMs;
  while (!(await isReady(printed))) {
    if (child.exitCode !== null || Date.now() > endMs) throw new Error(`${name} does not start:\n${printed}`);
    await sleep(LOOK_EVERY_MS);
  }
  return async (signal) => {
    child.kill(signal);
    await ended;
  };
}
