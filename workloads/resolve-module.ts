import type { z } from 'zod';
import type { Problem } from './errors.ts';
import { isFile, scenarioPath } from './files.ts';
import type { ModuleTargetSpec } from './scenario.ts';
import type { moduleTarget } from './schema-module.ts';

/** The module is not loaded here, so that a scenario can be checked and shown without running code that it names. */
export function resolveModule(
  { kind, path: written, ...options }: z.output<typeof moduleTarget>,
  scenarioFile: string | undefined,
  problems: Problem[],
): ModuleTargetSpec {
  const path = scenarioPath(written, scenarioFile);
  if (!isFile(path)) {
    const fix = "Write the path of a .ts or .js file, from the scenario file's folder.";
    problems.push({ code: 'TARGET_MODULE_MISSING', path: 'target.path', what: `there is no file ${path}.`, fix });
  }
  return { kind, path, options };
}
