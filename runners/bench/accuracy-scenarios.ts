import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseScenario } from '../../workloads/parse.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import type { EngineTargetSpec } from '../../workloads/targets/engine.ts';

const FOLDER = fileURLToPath(new URL('./plan-accuracy/', import.meta.url));

/** A scenario that runs on the engine. */
export type EngineScenario = Scenario & { readonly target: EngineTargetSpec };

/** The scenarios that predictions are checked against, in the order of their files. */
export function accuracyScenarios(): EngineScenario[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const scenario = parseScenario(readFileSync(join(FOLDER, file), 'utf8'), { file: join(FOLDER, file) });
      if (!('memoryBytes' in scenario.target)) throw new Error(`${file} does not run on the engine`);
      return { ...scenario, target: scenario.target };
    });
}
