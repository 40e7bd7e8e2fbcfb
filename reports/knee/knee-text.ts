import { formatDuration, formatRatio } from '../format/numbers.ts';
import { rateAbove, rateBelow } from '../format/rate-bounds.ts';
import type { TrialReason } from './judge-trial.ts';
import type { Knee } from './knee.ts';
import type { KneeResult, KneeSearch } from './knee-result.ts';
import { KNEE_LIMITS } from './limit.ts';

/** Returns the knee in a few words, for a table or a progress line. */
export function shortKnee({ kind, sustainablePerSecond, unsustainablePerSecond, limit }: Knee): string {
  const low = sustainablePerSecond === null ? undefined : rateBelow(sustainablePerSecond);
  const high = unsustainablePerSecond === null ? undefined : rateAbove(unsustainablePerSecond);
  switch (kind) {
    case 'found':
      return `${low} sustainable, ${high} not`;
    case 'above':
      return `above ${low}: ${KNEE_LIMITS[limit]} is the limit`.replace(
        'no tried rate is the limit',
        'the highest rate tried',
      );
    case 'never':
      return `no rate down to ${high} is sustainable`;
    case 'unfinished':
      if (low === undefined) return high === undefined ? 'unknown so far' : `below ${high}`;
      return high === undefined ? `at least ${low} so far` : `between ${low} and ${high} so far`;
  }
}

/** Returns the sentences that explain a knee, the most important first. */
export function kneeSentences({ knee, rules, trials }: KneeSearch): string[] {
  return [
    limitSentence(knee, trials),
    ...(knee.kind === 'found' || knee.kind === 'above' ? evidenceSentences(knee, rules.trialNs) : []),
    ...descentSentence(knee),
  ].filter((sentence) => sentence !== '');
}

function limitSentence(
  { kind, limit, unsustainablePerSecond, unsustainableTrial, why }: Knee,
  trials: KneeSearch['trials'],
): string {
  const trial = unsustainableTrial === null ? undefined : trials[unsustainableTrial];
  const high = unsustainablePerSecond === null ? '' : rateAbove(unsustainablePerSecond);
  if (why !== undefined) return why;
  switch (limit) {
    case 'none':
      return kind === 'above' ? 'Every tried rate is sustainable. Raise --to to find the knee.' : '';
    case 'generator': {
      const reason = trial?.measured.invalidWhy ?? 'Its runs were not valid.';
      return kind === 'above'
        ? `At ${high} this generator was the limit, so the target's knee is above: ${reason}`
        : `This generator was the limit, so the knee of the target is unknown: ${reason}`;
    }
    case 'shard-limit': {
      const shard = trial?.measured.busiestShard;
      const where =
        shard === undefined || shard === null
          ? ''
          : ` The busiest shard, ${shard.shard}, accepted ${rateBelow(shard.recordsPerSecond)}.`;
      return `At ${high} a shard's write limit was reached: the target throttled ${formatRatio(trial?.measured.throttledRatio ?? 0)} of attempts.${where}`;
    }
    case 'consumers':
      return `At ${high} the target acknowledged the records, and the consumers did not keep up.`;
    case 'in-flight':
      return `At ${high} every in-flight slot was used, and calls took no longer than with little load. Raise producers.inFlight or batch to find the target's own limit.`;
    case 'target':
      return `At ${high} ${targetWhy(trial)}.`;
  }
}

function targetWhy(trial: KneeSearch['trials'][number] | undefined): string {
  if (trial === undefined) return 'the target was the limit';
  const failed = trial.measured.objectives.filter(
    ({ holds, default: isDefault }) => holds === false && isDefault !== true,
  );
  const growth = trial.measured.backlog?.growthPerSecond ?? 0;
  const parts = [
    ...(failed.length === 0 ? [] : [`${failed.map(({ text }) => `"${text}"`).join(' and ')} failed`]),
    ...(growth > 0 ? [`the backlog grew by ${rateBelow(Math.max(1, growth))}`] : []),
  ];
  return parts.length === 0 ? 'the target did not keep up' : parts.join(' and ');
}

function evidenceSentences({ triedPerSecond, sustainableTrials, allowance }: Knee, trialNs: number): string[] {
  if (triedPerSecond === null) return [];
  const isOne = sustainableTrials === 1;
  const trials = isOne ? '1 trial' : `${sustainableTrials} trials`;
  const { growthPerSecond, burstRatio } = allowance;
  const off = [
    ...(growthPerSecond >= 1
      ? [`${rateAbove(growthPerSecond)} for backlog growth that the trials do not rule out`]
      : []),
    ...(burstRatio > 0 ? [`${formatRatio(burstRatio)} for burst capacity that the target may have saved up`] : []),
  ];
  const taken = off.length === 0 ? '' : ` Subtracted: ${off.join(', ')}.`;
  return [
    `${trials} of ${formatDuration(trialNs)} at ${rateBelow(triedPerSecond)} ${isOne ? 'was' : 'were'} sustainable.${taken}`,
  ];
}

function descentSentence({ descent }: Knee): string[] {
  switch (descent.kind) {
    case 'not-tried':
      return [];
    case 'same':
      return ['After an overload, the target sustains the same rate: no hysteresis.'];
    case 'lower':
      return [
        descent.perSecond === null
          ? 'After an overload, the target sustained none of the lower rates either: it does not recover.'
          : `After an overload, the target sustains only ${rateBelow(descent.perSecond)}: hysteresis, for example retries that keep it busy.`,
      ];
  }
}

/** Returns why the search ended early; undefined if it completed. */
export function endingSentence({ ending, failure }: KneeResult): string | undefined {
  switch (ending) {
    case 'completed':
      return undefined;
    case 'out-of-time':
      return 'The search ran out of time. Raise --max-duration, or use a shorter --trial.';
    case 'interrupted':
      return 'The search was interrupted.';
    case 'target-failed':
      return `The target failed: ${failure ?? 'the reason is unknown'}`;
  }
}

export const REASON_WORDS: Readonly<Record<TrialReason, string>> = {
  OBJECTIVE: 'SLO',
  ACHIEVED: 'rate',
  THROTTLED: 'throttled',
  BACKLOG: 'backlog',
  BEHIND: 'behind',
};
