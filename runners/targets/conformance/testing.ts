import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDriver } from '../targets.ts';
import type { TargetUnderTest } from './describe-target.ts';

/** Tests for targets of your own: what `streamgauge/testing` exports. */
export { type ConformanceOptions, describeTarget, type TargetUnderTest, type TestRunner } from './describe-target.ts';

/**
 * Loads a module as a scenario with `target: { kind: module, path, ...options }` does.
 * @param path of the module, from the working directory, or its URL. @throws RunnerError RUNNER_TARGET_MODULE
 */
export async function moduleTarget(
  path: string | URL,
  options: Readonly<Record<string, unknown>> = {},
): Promise<TargetUnderTest> {
  const file = path instanceof URL ? fileURLToPath(path) : resolve(path);
  const spec = { kind: 'module', path: file, options } as const;
  return { driver: await loadDriver(spec), spec };
}
