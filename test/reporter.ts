import type { Reporter, TestCase, TestModule } from 'vitest/node';

const SLOWEST_FILES_MAX = 10;
const LOOK_MS = 30_000;
/** The slowest file takes two minutes on an idle machine of two cores. */
const LONG_MS = 5 * 60_000;
/** No timeout of a test ends one whose thread is blocked, so the whole run ends after this. */
const ENDLESS_MS = 15 * 60_000;

/**
 * Names files that take very long while they do, and ends a run that one of them blocks. Closes a run with the slowest files,
 * each skipped group with its reason, and one plain line for programs that read CI logs.
 */
export default class PlainLines implements Reporter {
  readonly #startedAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  onTestModuleStart({ relativeModuleId }: TestModule): void {
    this.#startedAtMs.set(relativeModuleId, performance.now());
  }

  onTestModuleEnd({ relativeModuleId }: TestModule): void {
    this.#startedAtMs.delete(relativeModuleId);
  }

  #look(): void {
    for (const [name, startedAtMs] of this.#startedAtMs) {
      const ms = performance.now() - startedAtMs;
      if (ms < LONG_MS) continue;
      process.stdout.write(`Still running after ${Math.round(ms / 1000)} s: ${name}\n`);
      if (ms < ENDLESS_MS) continue;
      process.stdout.write(`The run ends here, because ${name} does not end.\n`);
      process.exit(1);
    }
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    clearInterval(this.#timer);
    const lines = [...slowestFiles(modules), ...skippedGroups(modules), countsOf(modules)];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

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
