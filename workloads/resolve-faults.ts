import { type PathPart, type Problem, pathText } from './errors.ts';
import { endOf } from './resolve-steps.ts';
import type { FaultSpec, TargetSpec, Workload } from './scenario.ts';
import type { ParsedFaults } from './schema-faults.ts';

type ParsedFault = ParsedFaults[number];
type Report = (code: Problem['code'], path: readonly PathPart[], what: string, fix: string) => void;

/** Operations that AWS throttles by shard. Source: type documentation of @aws-sdk/client-kinesis 3.1143.0. */
const THROTTLED_OPERATIONS = ['PutRecord', 'PutRecords', 'GetRecords', 'GetShardIterator'];
/** Operations of producers and consumers on the engine in process. */
const ENGINE_OPERATIONS = ['PutRecords', 'GetRecords', 'SubscribeToShard'];

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
  if (target.kind === 'noop') {
    report('CONFLICT', [], 'the noop target does not support faults; it has stalls.', 'Use target engine.');
    return;
  }
  if (target.kind === 'kinesis' && target.endpoint === undefined) {
    const fix = 'Run `streamgauge serve` and give its address as endpoint, or remove faults.';
    report('CONFLICT', [], 'AWS does not support faults; only streamgauge serve does.', fix);
    return;
  }
  const endNs = endOf(workloads);
  for (const [i, fault] of parsed.entries()) {
    checkFault(fault, endNs, (code, path, what, fix) => report(code, [i, ...path], what, fix));
    if (target.kind === 'engine')
      checkOnEngine(fault, (code, path, what, fix) => report(code, [i, ...path], what, fix));
  }
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
  if (kind === 'throttle' && operation !== undefined && !THROTTLED_OPERATIONS.includes(operation)) {
    const fix = `Throttle ${THROTTLED_OPERATIONS.join(', ')}; for others use kind: error.`;
    report('CONFLICT', ['operation'], `${operation} is not throttled by shard.`, fix);
  }
  if (kind !== 'throttle' && operation === 'PutRecords' && shard !== undefined) {
    const fix = 'Remove the shard, or use kind: throttle, which affects single records.';
    report('CONFLICT', ['shard'], 'a PutRecords goes to many shards.', fix);
  }
}

function checkOnEngine({ kind, operation, shard }: ParsedFault, report: Report): void {
  if (kind === 'drop-connection') {
    const fix = 'Use kind: error or lose-response, or target kinesis on streamgauge serve.';
    report('CONFLICT', ['kind'], 'the engine in process has no connections.', fix);
  }
  if (kind === 'latency' && shard !== undefined && operation !== 'PutRecords') {
    const fix = 'Remove the shard.';
    report(
      'CONFLICT',
      ['shard'],
      'only puts of the engine in process can be delayed, and a put goes to many shards.',
      fix,
    );
  }
  if (operation === undefined) return;
  if (!ENGINE_OPERATIONS.includes(operation)) {
    const fix = `Use ${ENGINE_OPERATIONS.join(', ')}, or target kinesis on streamgauge serve.`;
    report('CONFLICT', ['operation'], `${operation} is never called on the engine in process.`, fix);
  } else if (operation === 'SubscribeToShard' && kind !== 'stall') {
    report('CONFLICT', ['kind'], 'a push on the engine in process can only stall.', 'Use kind: stall.');
  } else if (operation === 'GetRecords' && kind === 'latency') {
    const fix = "Use the target's latency, or kind: stall.";
    report('CONFLICT', ['kind'], 'single polls of the engine in process cannot be delayed.', fix);
  }
}
