import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program in C next to this file, compiled for as long as a benchmark needs it. */
export class CProgram {
  readonly #folder: string;
  readonly #path: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'program');
  }

  /** @returns undefined where no C compiler is found. */
  static compile(file: 'parked.c' | 'shard-log.c'): CProgram | undefined {
    const program = new CProgram(mkdtempSync(join(tmpdir(), 'streamgauge-c-')));
    const source = fileURLToPath(new URL(`./${file}`, import.meta.url));
    for (const compiler of ['cc', 'gcc']) {
      try {
        execFileSync(compiler, ['-O2', '-pthread', source, '-o', program.#path], { stdio: 'pipe' });
        return program;
      } catch {}
    }
    program.remove();
    return undefined;
  }

  /** Runs it to its end, and parses what it prints: one object with its figures. */
  run(...numbers: readonly number[]): Readonly<Record<string, number>> {
    const line = execFileSync(this.#path, numbers.map(String), { encoding: 'utf8' });
    return JSON.parse(line) as Readonly<Record<string, number>>;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
