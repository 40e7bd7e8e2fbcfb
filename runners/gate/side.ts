import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { kindOf } from '../targets/targets.ts';

/** One side of the comparison of a gate. */
export type GateSide =
  | { readonly kind: 'target'; readonly name: string; readonly target: TargetSpec }
  /**
   * A shell command that serves Kinesis on the port of `{port}` and of the environment variable PORT. It is started for each
   * block.
   */
  | { readonly kind: 'command'; readonly name: string; readonly command: string; readonly base: TargetSpec };

/** The target of the scenario as a side. */
export function ownSide({ target }: Scenario): GateSide {
  return { kind: 'target', name: `the scenario's own target (${target.kind})`, target };
}

/** The target of one block. A stream that is created for a block has its own name, because deleting the last one takes a while. */
export function targetOfBlock(side: GateSide, blockNumber: number, endpoint: string | undefined): TargetSpec {
  const target = side.kind === 'target' ? side.target : atEndpoint(side.base, endpoint);
  return kindOf(target).gate?.forBlock?.(target, blockNumber) ?? target;
}

function atEndpoint(base: TargetSpec, endpoint: string | undefined): TargetSpec {
  return endpoint === undefined ? base : (kindOf(base).gate?.byAddress?.at(base, endpoint) ?? base);
}
