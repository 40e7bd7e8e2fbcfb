import { basename, isAbsolute, resolve } from 'node:path';
import type { ModuleTargetSpec } from '../../../workloads/targets/module.ts';
import type { TargetKind } from '../target-kind.ts';

/** A target that a user wrote. Nothing but the driver loads its module, so dry runs and checks do not run its code. */
export const moduleKind: TargetKind<ModuleTargetSpec> = {
  kind: 'module',
  loadDriver: async (at) => (await import('./module-driver.ts')).loadModuleDriver(at),
  title: ({ path }) => `module ${basename(path)}`,
  details: ({ options }) => Object.entries(options).map(([name, value]) => `${name} ${textOf(value)}`),
  gate: {
    withPathsFrom(written, folder) {
      if (!('path' in written) || typeof written.path !== 'string' || isAbsolute(written.path)) return written;
      return { ...written, path: resolve(folder, written.path) };
    },
  },
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
