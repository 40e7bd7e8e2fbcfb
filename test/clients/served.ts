import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ENTRY, plainEnvironment } from '../runners/commands/cli-command.ts';

/** The command `streamgauge serve` as users start it, in a process of its own. */
export interface Served {
  readonly url: string;
  readonly port: number;
  /** Interrupts it. @returns its exit code and what it wrote to standard error. */
  end(): Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** @throws Error with the output of the command, when it ends instead of serving. */
export async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = spawn(process.execPath, [ENTRY, 'serve', '--port', '0', '--json', ...args], {
    env: plainEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const firstLine = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const line = await Promise.race([firstLine, ended]);
  if (typeof line !== 'string') throw new Error(`streamgauge serve ended with ${line}:\n${stderr}`);
  const { url, port }: { url: string; port: number } = JSON.parse(line);
  return {
    url,
    port,
    end: async () => {
      child.kill('SIGINT');
      return { code: await ended, stderr };
    },
  };
}
