import { judgeTrial } from './judge-trial.ts';
import type { SearchEnd, SearchRules } from './search.ts';
import type { Trial } from './trial.ts';

/** The resource that ran out at the upper end of a search. */
export const KNEE_LIMITS = {
  generator: 'this generator',
  'shard-limit': 'the write limit of a shard',
  consumers: 'the consumers, or their read limits',
  'in-flight': "the producers' in-flight calls",
  target: 'the target',
  none: 'no tried rate',
} as const;
export type KneeLimit = keyof typeof KNEE_LIMITS;

/** Share of the backlog from which acknowledged records that wait for a consumer show that the consumers are slow. */
const CONSUMER_SHARE = 0.5;
/** Producers that wait for slots need more slots if calls are slower than with little load by less than this factor. */
const SLOWER_CALL_FACTOR = 1.5;

export function limitOf(rules: SearchRules, trials: readonly Trial[], end: SearchEnd): KneeLimit {
  if (end.isGeneratorLimit) return 'generator';
  const trial = end.highTrial === null ? undefined : trials[end.highTrial];
  if (trial === undefined) return 'none';
  const { measured } = trial;
  const judgement = judgeTrial(measured, rules.trialNs);
  const reasons = judgement.kind === 'unsustainable' ? judgement.reasons : [];
  if (measured.throttledRatio > 0) return 'shard-limit';
  const { unreceivedRecords = 0, unackedRecords = 0 } = measured.backlog ?? {};
  const isRead = reasons.includes('BEHIND') || reasons.includes('BACKLOG');
  if (isRead && unreceivedRecords >= CONSUMER_SHARE * (unreceivedRecords + unackedRecords)) return 'consumers';
  return isShortOfSlots(trial, trials) ? 'in-flight' : 'target';
}

/** True if slots limit the rate: by Little's law it is at most slots / latency, for any capacity of the target. */
function isShortOfSlots({ measured }: Trial, trials: readonly Trial[]): boolean {
  const lightest = trials.reduce((least, trial) =>
    trial.request.ratePerSecond < least.request.ratePerSecond ? trial : least,
  );
  const [loadedNs, unloadedNs] = [measured.ackLatencyP50Ns, lightest.measured.ackLatencyP50Ns];
  if (loadedNs === null || unloadedNs === null || !measured.targetLimited) return false;
  return loadedNs < SLOWER_CALL_FACTOR * unloadedNs;
}
