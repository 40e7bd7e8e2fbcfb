import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';

const SLOWEST_FILES_MAX = 10;
const LOOK_MS = 30_000;
/** The slowest file takes two minutes on an idle machine of two cores. */
const LONG_MS = 5 * 60_000;
/** No timeout of a test ends one whose thread is blocked, so the whole run ends after this. */
const ENDLESS_MS = 15 * 60_000;
/** When the last file has ended, the run ends within seconds, unless a process of the tests does not. */
const LEAVING_MS = 2 * 60_000;

/**
 * Names files that take very long while they do, and ends a run that one of them blocks. Closes a run with the slowest files,
 * each skipped group with its reason, and one plain line for programs that read CI logs.
 */
export default class PlainLines implements Reporter {
  readonly #startedAtMs = new Map<string, number>();
  readonly #ended: TestModule[] = [];
  #fileCount = 0;
  #lastAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(files: ReadonlyArray<TestSpecification>): void {
    this.#fileCount = files.length;
    this.#lastAtMs = performance.now();
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  onTestModuleStart({ relativeModuleId }: TestModule): void {
    this.#lastAtMs = performance.now();
    this.#startedAtMs.set(relativeModuleId, this.#lastAtMs);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#lastAtMs = performance.now();
    this.#startedAtMs.delete(module.relativeModuleId);
    this.#ended.push(module);
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    clearInterval(this.#timer);
    writeLines(closingLines(modules));
  }

  #look(): void {
    for (const [name, startedAtMs] of this.#startedAtMs) {
      const ms = performance.now() - startedAtMs;
      if (ms < LONG_MS) continue;
      writeLines([`Still running after ${Math.round(ms / 1000)} s: ${name}`]);
      if (ms < ENDLESS_MS) continue;
      writeLines([`The run ends here, because ${name} does not end.`]);
      process.exit(1);
    }
    const idleMs = performance.now() - this.#lastAtMs;
    if (this.#ended.length === this.#fileCount && idleMs > LEAVING_MS) this.#leave();
    if (idleMs < ENDLESS_MS) return;
    writeLines([
      `The run ends here, after ${this.#ended.length} of ${this.#fileCount} files, because no other one begins.`,
    ]);
    process.exit(1);
  }

  /** Every file has its result, and a process of the tests does not end. */
  #leave(): void {
    writeLines([...closingLines(this.#ended), 'A process of the tests has not ended.']);
    process.exit(this.#ended.every((module) => module.ok()) ? 0 : 1);
  }
}

const closingLines = (modules: ReadonlyArray<TestModule>): string[] => [
  ...slowestFiles(modules),
  ...skippedGroups(modules),
  countsOf(modules),
];

const writeLines = (lines: readonly string[]): boolean => process.stdout.write(`${lines.join('\n')}\n`);

function slowestFiles(modules: ReadonlyArray<TestModule>): string[] {
  const files = modules.map((module) => ({ name: module.relativeModuleId, seconds: secondsOf(module) }));
  const slowest = files.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_FILES_MAX);
  return ['Slowest files:', ...slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`)];
}

/** Time for loading a file, for its hooks and for its tests. */
function secondsOf(module: TestModule): number {
  const { collectDuration, duration } = module.diagnostic();
  return (collectDuration + duration) / 1000;
}

/** One line for all skipped tests of a group: where a group is skipped, its name holds the reason. */
function skippedGroups(modules: ReadonlyArray<TestModule>): string[] {
  const groups = new Map<string, number>();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const group = `${module.relativeModuleId}: ${groupOf(test)}`;
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
  }
  return [...groups].map(([group, tests]) => `Skipped ${tests} of ${group}`);
}

function groupOf({ parent, name }: TestCase): string {
  return parent.type === 'suite' ? parent.fullName : name;
}

function countsOf(modules: ReadonlyArray<TestModule>): string {
  const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  for (const module of modules) {
    if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
  }
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
