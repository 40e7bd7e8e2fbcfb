import type { FaultSpec } from '../../workloads/scenario.ts';
import { formatDuration, formatRatio } from './numbers.ts';

/** Describes a fault in the words of a scenario: `throttle 10%`, `latency 500ms GetRecords shard 2`. */
export function faultText(fault: FaultSpec): string {
  const detail =
    fault.kind === 'latency'
      ? formatDuration(fault.delayNs)
      : 'code' in fault && fault.code !== undefined
        ? fault.code
        : '';
  const share = 'rateRatio' in fault && fault.rateRatio < 1 ? formatRatio(fault.rateRatio) : '';
  const where = [fault.operation, fault.shard === undefined ? undefined : `shard ${fault.shard}`];
  return [fault.kind, detail, share, ...where].filter((part) => part !== undefined && part !== '').join(' ');
}
