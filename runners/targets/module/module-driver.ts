import { pathToFileURL } from 'node:url';
import type { TargetSpec } from '../../../workloads/scenario.ts';
import type { ModuleTargetSpec } from '../../../workloads/targets/module.ts';
import { type RunnerError, runnerError } from '../../errors.ts';
import type { CustomSetUp, CustomTarget } from '../custom-target.ts';
import type { Target, TargetDriver, TargetHandle } from '../target.ts';

interface ModuleHandle extends TargetHandle {
  readonly kind: 'module';
  readonly path: string;
  /** The module's own handle. */
  readonly own: unknown;
}

/** @throws RunnerError RUNNER_TARGET_MODULE */
export async function loadModuleDriver(at: TargetSpec | TargetHandle): Promise<TargetDriver> {
  const { path } = at as ModuleTargetSpec | ModuleHandle;
  const custom = targetIn(await load(path), path);
  const { openConsumer } = custom;
  const driver: TargetDriver<ModuleTargetSpec, ModuleHandle> = {
    async setUp({ options }, context) {
      return targetOf(await custom.setUp(parsed(custom, options, path), context), path);
    },
    openProducer: ({ own }, context) => custom.openProducer(own, context),
    ...(openConsumer === undefined
      ? {}
      : { openConsumer: ({ own }, context) => openConsumer.call(custom, own, context) }),
  };
  return driver;
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    throw moduleError(path, `cannot be loaded: ${messageOf(cause)}`, FIX_LOADING, cause);
  }
}

const FIX_LOADING = 'Run it with node to see where it fails. Node runs TypeScript only if its types can be erased.';

function targetIn({ target }: Readonly<Record<string, unknown>>, path: string): CustomTarget {
  const isTarget =
    typeof target === 'object' &&
    target !== null &&
    ['setUp', 'openProducer'].every((name) => typeof Reflect.get(target, name) === 'function');
  if (isTarget) return target as CustomTarget;
  throw moduleError(path, 'exports no target', 'Export const target = { setUp, openProducer, openConsumer }.');
}

function parsed({ options }: CustomTarget, written: unknown, path: string): unknown {
  try {
    return options === undefined ? written : options.parse(written);
  } catch (cause) {
    throw moduleError(path, `rejects its options: ${messageOf(cause)}`, 'Correct them in the target.', cause);
  }
}

function targetOf(setUp: CustomSetUp<unknown>, path: string): Target {
  const { traits, handle: own, resharding, faultInjection } = setUp;
  const handle: ModuleHandle = { kind: 'module', path, own };
  return {
    traits,
    handle,
    ...(resharding === undefined ? {} : { resharding }),
    ...(faultInjection === undefined ? {} : { faultInjection }),
    tearDown: async () => setUp.tearDown?.(),
  };
}

function moduleError(path: string, what: string, fix: string, cause?: unknown): RunnerError {
  return runnerError('RUNNER_TARGET_MODULE', { what: `module ${path} ${what.replace(/\.$/u, '')}`, fix, cause });
}

/** A check that finds several problems lists them on lines of their own; an error is one line. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/gu, ' ');
