import { describe, test } from 'vitest';
import {
  type ConformanceOptions,
  describeTarget,
  type TargetUnderTest,
} from '../../../runners/targets/conformance/describe-target.ts';
import { loadDriver } from '../../../runners/targets/targets.ts';
import type { ConsumerSpec, TargetSpec } from '../../../workloads/scenario.ts';

/**
 * Runs the conformance tests on one variant of a target.
 * @param spec may be a function, for a spec that is known only once the tests run, such as the port of a server.
 */
export function conforms(variant: string, spec: TargetSpec | (() => TargetSpec), consumer?: ConsumerSpec): void {
  const open = async (): Promise<TargetUnderTest> => {
    const own = typeof spec === 'function' ? spec() : spec;
    return { driver: await loadDriver(own), spec: own };
  };
  const options: ConformanceOptions = consumer === undefined ? {} : { consumer };
  describeTarget({ describe, test }, variant, open, options);
}
