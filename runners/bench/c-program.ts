import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** shard-log.c, compiled for as long as a benchmark needs it. */
export class CProgram {
  readonly #folder: string;
  readonly #path: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'shard-log');
  }

  /** @returns undefined where no C compiler is found. */
  static compile(): CProgram | undefined {
    const program = new CProgram(mkdtempSync(join(tmpdir(), 'shard-log-')));
    const source = fileURLToPath(new URL('./shard-log.c', import.meta.url));
    for (const compiler of ['cc', 'gcc']) {
      try {
        execFileSync(compiler, ['-O2', '-pthread', source, '-o', program.#path], { stdio: 'pipe' });
        return program;
      } catch {}
    }
    program.remove();
    return undefined;
  }

  recordsPerSecond(payloadBytes: number, records: number, batchRecords: number): number {
    const line = execFileSync(this.#path, [payloadBytes, records, batchRecords].map(String), { encoding: 'utf8' });
    return (JSON.parse(line) as { recordsPerSecond: number }).recordsPerSecond;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
