import { type Problem, pathText } from './errors.ts';
import { endOf } from './resolve-steps.ts';
import type { FaultSpec, TargetSpec, Workload } from './scenario.ts';
import type { ParsedFaults } from './schema-faults.ts';
import type { Report } from './targets/target-rules.ts';
import { rulesOf } from './targets/targets.ts';

type ParsedFault = ParsedFaults[number];

/** Operations that AWS throttles by shard. Source: type documentation of @aws-sdk/client-kinesis 3.1143.0. */
const THROTTLED_OPERATIONS = ['PutRecord', 'PutRecords', 'GetRecords', 'GetShardIterator'];
export function resolveFaults(parsed: ParsedFaults): FaultSpec[] {
  return parsed.map((fault): FaultSpec => {
    const scope = {
      fromNs: fault.from,
      ...(fault.operation === undefined ? {} : { operation: fault.operation }),
      ...(fault.shard === undefined ? {} : { shard: fault.shard }),
    };
    if (fault.kind === 'stall') return { ...scope, kind: 'stall', untilNs: fault.until };
    const window = { ...scope, ...(fault.until === undefined ? {} : { untilNs: fault.until }), rateRatio: fault.rate };
    switch (fault.kind) {
      case 'latency':
        return { ...window, kind: 'latency', delayNs: Math.round(fault.ms * 1e6) };
      case 'error': {
        const { kind, code, message, status } = fault;
        const more = { ...(message === undefined ? {} : { message }), ...(status === undefined ? {} : { status }) };
        return { ...window, kind, code, ...more };
      }
      case 'throttle':
        return { ...window, kind: 'throttle', ...(fault.code === undefined ? {} : { code: fault.code }) };
      default:
        return { ...window, kind: fault.kind };
    }
  });
}

/** Checks faults whose single values are valid: their times, and the abilities of their target. */
export function checkFaults(
  parsed: ParsedFaults,
  target: TargetSpec,
  workloads: readonly Workload[],
  problems: Problem[],
): void {
  const report: Report = (code, path, what, fix) =>
    problems.push({ code, path: pathText(['faults', ...path]), what, fix });
  if (parsed.length === 0) return;
  const { faults } = rulesOf(target);
  if (faults === undefined) {
    report(
      'CONFLICT',
      [],
      `the ${target.kind} target does not support faults.`,
      'Remove faults, or use target engine.',
    );
    return;
  }
  const problem = faults.problem?.(target);
  if (problem !== undefined) {
    report('CONFLICT', [], problem.what, problem.fix);
    return;
  }
  const endNs = endOf(workloads);
  for (const [i, fault] of parsed.entries()) {
    const reportIn: Report = (code, path, what, fix) => report(code, [i, ...path], what, fix);
    checkFault(fault, endNs, reportIn);
    checkThrottle(fault, faults.throttledOperations ?? THROTTLED_OPERATIONS, reportIn);
    faults.check?.(fault, reportIn);
  }
}

function checkThrottle({ kind, operation }: ParsedFault, throttled: readonly string[], report: Report): void {
  if (kind !== 'throttle' || operation === undefined || throttled.includes(operation)) return;
  const fix = `Throttle ${throttled.join(', ')}; for others use kind: error.`;
  report('CONFLICT', ['operation'], `${operation} is not throttled.`, fix);
}

function checkFault(fault: ParsedFault, endNs: number, report: Report): void {
  const { kind, from, until, operation, shard } = fault;
  if (from >= endNs) {
    const what = `the fault begins after the load ends, at ${endNs / 1e9} s.`;
    report('OUT_OF_RANGE', ['from'], what, 'Write an earlier time, or make the phases longer.');
  }
  if (until !== undefined && until <= from) {
    report('CONFLICT', ['until'], 'the fault ends at or before its start.', 'Write a time after from.');
  }
  if (kind !== 'throttle' && operation === 'PutRecords' && shard !== undefined) {
    const fix = 'Remove the shard, or use kind: throttle, which affects single records.';
    report('CONFLICT', ['shard'], 'a PutRecords goes to many shards.', fix);
  }
}
