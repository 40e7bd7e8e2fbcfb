import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { RESULT_FILE_NAME } from '../../reports/result/result-file.ts';
import { type LoadCpu, type RecordWindow, runLoad } from './load-process.ts';
import { type BenchServer, OWN_ENTRY } from './peers.ts';

export interface RunProcess {
  readonly server: BenchServer;
  /** A scenario as a file would have it, on a stream of the server. */
  readonly scenario: { readonly target: { readonly stream: string } };
  readonly window: RecordWindow;
}

export interface RunEnd extends LoadCpu {
  readonly result: Result;
}

/**
 * Runs the command `run` with a scenario in a process of its own, from start to end.
 * @throws Error with what it wrote if it ends without a result.
 */
export async function runInProcess({ server, scenario, window }: RunProcess): Promise<RunEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'streamgauge-bench-run-'));
  try {
    const file = join(folder, 'scenario.json');
    await writeFile(file, JSON.stringify(scenario));
    const out = join(folder, 'out');
    const args = [OWN_ENTRY, 'run', file, '--out', out, '--quiet', '--no-live'];
    const { stream } = scenario.target;
    const { exitCode, stderr, ...cpu } = await runLoad({ command: process.execPath, args, server, stream, window });
    const result = await readResult(join(out, RESULT_FILE_NAME)).catch((cause: unknown) => {
      throw new Error(`run ended (${exitCode}) without a result: ${stderr}`, { cause });
    });
    return { result, ...cpu };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
