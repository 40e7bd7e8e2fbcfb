import type { Scenario, TargetSpec } from '../../workloads/scenario.ts';
import { kindOf } from '../targets/targets.ts';

/** One of the two things that a gate compares. */
export type GateSide =
  | { readonly kind: 'target'; readonly name: string; readonly target: TargetSpec }
  /** A shell command that serves Kinesis on the port in `{port}` and in the environment variable PORT; started for each block. */
  | { readonly kind: 'command'; readonly name: string; readonly command: string; readonly base: TargetSpec };

/** The scenario's own target as a side. */
export function ownSide({ target }: Scenario): GateSide {
  return { kind: 'target', name: `the scenario's own target (${target.kind})`, target };
}

/** The target of one block. A stream that is made for the block has a name of its own: deleting takes a while. */
export function targetOfBlock(side: GateSide, blockNumber: number, endpoint: string | undefined): TargetSpec {
  const target = side.kind === 'target' ? side.target : atEndpoint(side.base, endpoint);
  return kindOf(target).gate?.forBlock?.(target, blockNumber) ?? target;
}

function atEndpoint(base: TargetSpec, endpoint: string | undefined): TargetSpec {
  return endpoint === undefined ? base : (kindOf(base).gate?.byAddress?.at(base, endpoint) ?? base);
}
