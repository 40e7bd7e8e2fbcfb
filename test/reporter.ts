import type { Reporter, TestCase, TestModule } from 'vitest/node';

const SLOWEST_FILES_MAX = 10;

/** Closes a test run with the slowest files, each skipped group with its reason, and one plain line for programs that read CI logs. */
export default class PlainClosingLines implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
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
