import { ExitCode } from '../../errors/exit-code.ts';
import type { SaveOptions, SaveProblem } from '../run/save-options.ts';
import { describeError } from './describe-error.ts';

/** Collects errors of the disk, so that a command prints its numbers first and the errors last. */
export class DiskNotes {
  readonly #isQuiet: boolean;
  readonly #errors: unknown[] = [];
  readonly #lines: string[] = [];
  #savedAs: string | undefined;
  #isSaved = true;

  constructor(isQuiet: boolean) {
    this.#isQuiet = isQuiet;
  }

  /** Callbacks for the code that saves a result. */
  get options(): Pick<SaveOptions, 'onKept' | 'onSaveProblem'> {
    return {
      onKept: (path) => {
        if (!this.#isQuiet) process.stderr.write(`Kept the earlier result as ${path}\n`);
      },
      onSaveProblem: (problem) => this.#take(problem),
    };
  }

  /** Runs a step that writes a file. Its error is reported at the end, and the command continues. */
  async attempt(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      this.#errors.push(error);
    }
  }

  /** The path of the saved result, which may be in another folder than requested. */
  resultPath(path: string): string {
    return this.#isSaved ? path : (this.#savedAs ?? 'not saved');
  }

  /** The exit code of a command that succeeded except for the disk. */
  get exitCode(): ExitCode {
    const [first] = this.#errors;
    return first === undefined ? ExitCode.passed : describeError(first, { debug: false }).exitCode;
  }

  /** @param savedAs the file that was written instead, if one could be. */
  notSaved(error: unknown, savedAs: string | undefined): void {
    this.#isSaved = false;
    this.#savedAs = savedAs;
    this.#errors.push(error);
    if (savedAs !== undefined) this.#lines.push(`It was saved as ${savedAs}: copy it before it is cleaned up.`);
  }

  report(): void {
    for (const error of this.#errors) process.stderr.write(`${describeError(error, { debug: false }).text}\n`);
    for (const line of this.#lines) process.stderr.write(`${line}\n`);
  }

  #take(problem: SaveProblem): void {
    if (problem.kind === 'seconds') {
      const reason = problem.error instanceof Error ? problem.error.message : String(problem.error);
      process.stderr.write(
        `Cannot write ${problem.path}: ${reason}. The run continues, and its seconds wait in memory.\n`,
      );
      return;
    }
    this.#isSaved = false;
    this.#savedAs = problem.savedAs;
    this.#errors.push(problem.error);
  }
}

/** Reports the errors of the disk. They decide the exit code if the command passed. */
export function endAfterDisk(ending: ExitCode, disk: DiskNotes): ExitCode {
  disk.report();
  return ending === ExitCode.passed ? disk.exitCode : ending;
}
