import { shardIdOf } from '../../engine/account/identifiers/shard-id.ts';
import type { FaultRule } from '../../engine/twin/fault-rules.ts';
import type { FaultSpec } from '../../workloads/scenario.ts';

/** Fault injection of a target. Called by one caller. */
export interface FaultInjection {
  /**
   * Replaces all faults by these. Called once, shortly before the load starts.
   *
   * @param startsAtMs epoch ms at which the schedule starts, by this machine's clock; faults count their times from it.
   * @throws RunnerError RUNNER_TARGET_FAILED when the target will not.
   */
  setFaults(faults: readonly FaultSpec[], startsAtMs: number): Promise<void>;
  /** Ends all faults. Returns the number of hits of each; null if it is unknown. */
  endFaults(): Promise<readonly (number | null)[]>;
}

/** A scenario's faults as the engine's rules, with times in ms that count as `startsAtMs` does. */
export function faultRulesOf(faults: readonly FaultSpec[], startsAtMs: number, stream?: string): FaultRule[] {
  return faults.map((fault): FaultRule => {
    const { fromNs, untilNs, operation, shard } = fault;
    const scope = {
      stream,
      operation,
      shard: shard === undefined ? undefined : shardIdOf(shard),
      fromMs: startsAtMs + fromNs / 1e6,
      untilMs: untilNs === undefined ? undefined : startsAtMs + untilNs / 1e6,
    };
    switch (fault.kind) {
      case 'stall':
        return { ...scope, kind: 'stall', untilMs: startsAtMs + fault.untilNs / 1e6 };
      case 'latency':
        return { ...scope, kind: 'latency', rate: fault.rateRatio, ms: fault.delayNs / 1e6 };
      case 'error': {
        const { code, message, status, rateRatio: rate } = fault;
        return { ...scope, kind: 'error', rate, code, message, status };
      }
      case 'throttle':
        return { ...scope, kind: 'throttle', rate: fault.rateRatio, code: fault.code };
      default:
        return { ...scope, kind: fault.kind, rate: fault.rateRatio };
    }
  });
}
