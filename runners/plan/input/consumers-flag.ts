import { parseDurationNs } from '../../../workloads/units.ts';
import { type RunnerError, runnerError } from '../../errors.ts';
import type { ConsumerModel } from '../../simulation/load.ts';

/** Time between two polls of a shard if none is given: the default of the Kinesis Client Library. */
const POLLING_INTERVAL_NS = 1e9;
const CONSUMERS_MAX = 100;
const HOUR_NS = 3600e9;
const GROUP = /^(?:(\d{1,4})\s*)?(?:(polling|fan-out|efo)(?::\s*(\S+))?)?$/u;

/**
 * Reads `--consumers`: `3`, `2 fan-out`, `polling:1s`, or several of them with commas: `2 polling:200ms, 1 fan-out`. A plain number means
 * consumers that poll every second.
 * @throws RunnerError RUNNER_USAGE
 */
export function consumersOfFlag(text: string): ConsumerModel[] {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'none') return [];
  const groups = trimmed.split(',').map((group) => consumersOfGroup(group.trim(), text));
  const consumers = groups.flat();
  if (consumers.length > CONSUMERS_MAX) throw wrong(text, `at most ${CONSUMERS_MAX} consumers`);
  return consumers.map((consumer, i) => ({ ...consumer, name: `consumer-${i + 1}` }));
}

function consumersOfGroup(group: string, text: string): ConsumerModel[] {
  const match = GROUP.exec(group);
  if (match === null || group === '') throw wrong(text, 'a number and a kind');
  const [, count = '1', kind = 'polling', interval] = match;
  const isFanOut = kind !== 'polling';
  if (isFanOut && interval !== undefined) throw wrong(text, 'no interval for fan-out');
  const consumer: ConsumerModel = isFanOut
    ? { name: '', kind: 'fan-out' }
    : { name: '', kind: 'polling', intervalNs: intervalOf(interval, text) };
  return Array.from({ length: Number(count) }, () => consumer);
}

function intervalOf(interval: string | undefined, text: string): number {
  if (interval === undefined) return POLLING_INTERVAL_NS;
  const quantity = parseDurationNs(interval);
  if (quantity.kind === 'value' && quantity.value >= 1e6 && quantity.value <= HOUR_NS) return quantity.value;
  throw wrong(text, 'an interval from 1ms to 1h');
}

function wrong(text: string, need: string): RunnerError {
  return runnerError('RUNNER_USAGE', {
    what: `--consumers needs ${need}, got "${text}"`,
    fix: "Write a number such as 3, or kinds such as '2 fan-out' or '2 polling:200ms, 1 fan-out'.",
  });
}
