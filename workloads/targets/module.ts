import { z } from 'zod';
import { isFile, scenarioPath } from '../files.ts';
import type { TargetRules } from './target-rules.ts';

/** A target that is a module of the user. Its code runs with the rights of the process that runs the scenario. */
export interface ModuleTargetSpec {
  readonly kind: 'module';
  /** Absolute path of the module after resolving against the scenario file's folder. */
  readonly path: string;
  /** Every other key of the target; the module checks them. */
  readonly options: Readonly<Record<string, unknown>>;
}

const schema = z.looseObject({
  kind: z
    .literal('module')
    .meta({ description: 'A target of your own: a module that exports it. The run executes its code.' }),
  path: z
    .string()
    .min(1)
    .meta({
      description:
        "Path of the module, from the scenario file's folder. Every other key of the target is an option of the module.",
      examples: ['./file-target.ts'],
    }),
});

/**
 * A target that a user wrote. Its module is not loaded here, so that a scenario can be checked and shown without running code
 * that it names. The module reports at the start of a run which faults and steps it does not support.
 */
export const moduleTarget: TargetRules<typeof schema, ModuleTargetSpec> = {
  kind: 'module',
  schema,
  resolve({ kind, path: written, ...options }, { problems, scenarioFile }) {
    const path = scenarioPath(written, scenarioFile);
    if (!isFile(path)) {
      const fix = "Write the path of a .ts or .js file, from the scenario file's folder.";
      problems.push({ code: 'TARGET_MODULE_MISSING', path: 'target.path', what: `there is no file ${path}.`, fix });
    }
    return { kind, path, options };
  },
  faults: {},
  steps: {},
};
