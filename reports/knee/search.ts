import { rateBelow } from '../format/rate-bounds.ts';
import { judgeTrial } from './judge-trial.ts';
import { INVALID_DISTURBED_MAX, type Judged, MachineBusy, Prober, type Search, type Verdict } from './probe.ts';
import type { Trial, TrialRequest } from './trial.ts';

/**
 * The search for the highest rate that a target sustains. It is pure: the next request follows from the rules and the trials so far, so a
 * saved search can be replayed and checked.
 *
 *   explore   double the rate until a trial is not sustainable, or halve it until one is
 *   bisect    halve the bracket, on a logarithmic scale, until it is as narrow as the resolution; try its upper end again
 *   confirm   repeat the lower end; if a repetition is not sustainable, step down
 *   descend   go from an overload to the lower end, and below it, to see if the knee is the same
 *
 * In each phase a trial whose outcome is near a limit is repeated, and two equal outcomes decide.
 */
export interface SearchRules {
  readonly startPerSecond: number;
  /** Lower limit of all trial rates. */
  readonly lowestPerSecond: number;
  readonly highestPerSecond: number;
  /** Maximum relative difference of the ends of the final bracket. */
  readonly resolutionRatio: number;
  /** Trials of the lower end that must all be sustainable. */
  readonly confirmations: number;
  /** Skip the descent. */
  readonly skipsDescent?: boolean;
  readonly trialNs: number;
  /** Burst capacity that the target saves up while idle, as time at its limit; see `claimOf`. */
  readonly burstNs: number;
  readonly trialsMax: number;
  readonly seed: number;
}

/** The end of a search: the bracket of the knee. Rates are records/s. */
export interface SearchEnd {
  readonly kind:
    | 'found'
    /** The highest offered rate is sustainable. */
    | 'above'
    /** No rate is sustainable. */
    | 'never'
    /** The search did not complete. */
    | 'unfinished';
  /** The highest rate whose trials were all sustainable; null if there is none. */
  readonly lowPerSecond: number | null;
  /** Index of the trial that bounds the knee from above; null if there is none. */
  readonly highTrial: number | null;
  readonly highPerSecond: number | null;
  /** True if the generator was the limit in that trial, not the target. */
  readonly isGeneratorLimit: boolean;
  readonly descent: Descent;
  /** Sentences about why the search could not complete. */
  readonly why?: string;
}

type Descent =
  | { readonly kind: 'not-tried' }
  | { readonly kind: 'same' }
  /** The rate that the target sustains after an overload; null if it sustains no tried rate. */
  | { readonly kind: 'lower'; readonly perSecond: number | null };

const EXPLORE_FACTOR = 2;
/**
 * Start of the random range near the middle in which a bracket is split, on a logarithmic scale. Randomness avoids hitting
 * the same special rate each time.
 */
const MIDDLE_FROM = 0.45;
const MIDDLE_SPREAD = 0.1;
const START_SPREAD = 0.05;
/** Resolution for a generator limit. It depends on the other load of the machine, so a finer one would be wasted. */
const GENERATOR_RESOLUTION_RATIO = 0.05;
const OVERLOAD_FACTOR = 1.25;
/** Shares of the lower end to try after an overload. */
const DESCENT_RATIOS = [1, 0.98, 0.95, 0.9, 0.8, 0.6, 0.4] as const;
/** From this share up the knee counts as the same, because two searches of one target differ by as much. */
const SAME_KNEE_RATIO = 0.98;
const UP_STEP_RATIO = 0.02;
const STEP_DOWN_MAX_RATIO = 0.3;
/** A latency that stays above this share while the rate falls to a fraction is a floor at every rate. */
const FLOOR_RATIO = 0.9;
const FLOOR_RATE_FACTOR = 8;

export type Replay =
  | { readonly kind: 'next'; readonly request: TrialRequest }
  | { readonly kind: 'end'; readonly end: SearchEnd };

/** Returns the next request of the search after these trials, or its end. Trials after the end are ignored. */
export function replaySearch(rules: SearchRules, trials: readonly Trial[]): Replay {
  try {
    return replayed(rules, trials);
  } catch (error) {
    if (!(error instanceof MachineBusy)) throw error;
    const why = `The machine was too busy: ${INVALID_DISTURBED_MAX} trials at ${rateBelow(error.ratePerSecond)} were invalid, although this generator can reach that rate or other programs used the CPU. Stop other programs, and search again.`;
    return { kind: 'end', end: { ...unfinished(rules, trials), why } };
  }
}

function replayed(rules: SearchRules, trials: readonly Trial[]): Replay {
  const search = searchKnee(rules);
  let step = search.next();
  for (const [index, trial] of trials.entries()) {
    if (step.done === true) break;
    if (index >= rules.trialsMax) break;
    step = search.next({ trial, index, judgement: judgeTrial(trial.measured, rules.trialNs) });
  }
  if (step.done === true) return { kind: 'end', end: step.value };
  if (trials.length >= rules.trialsMax) return { kind: 'end', end: unfinished(rules, trials) };
  return { kind: 'next', request: step.value };
}

/**
 * Returns the bracket of an interrupted search: its lower end is the highest sustainable rate below every unsustainable one.
 */
export function unfinished(rules: SearchRules, trials: readonly Trial[]): SearchEnd {
  let [lowPerSecond, highTrial]: [number | null, number | null] = [null, null];
  const rateOf = (index: number) => trials[index]!.request.ratePerSecond;
  const kinds = trials.map(({ measured }) => judgeTrial(measured, rules.trialNs).kind);
  for (const [index, kind] of kinds.entries()) {
    const isBound = kind === 'unsustainable' && trials[index]!.request.afterOverloadPerSecond === undefined;
    if (isBound && (highTrial === null || rateOf(index) < rateOf(highTrial))) highTrial = index;
  }
  for (const [index, kind] of kinds.entries()) {
    const isBelow = highTrial === null || rateOf(index) < rateOf(highTrial);
    if (kind === 'sustainable' && isBelow) lowPerSecond = Math.max(lowPerSecond ?? 0, rateOf(index));
  }
  return {
    kind: 'unfinished',
    lowPerSecond,
    highTrial,
    highPerSecond: highTrial === null ? null : rateOf(highTrial),
    isGeneratorLimit: false,
    descent: { kind: 'not-tried' },
  };
}

function* searchKnee(rules: SearchRules): Search<SearchEnd> {
  const prober = new Prober(rules.seed);
  const explored = yield* explore(rules, prober);
  const opened = 'top' in explored ? yield* confirmTop(rules, prober, explored.top) : explored;
  if ('end' in opened) return opened.end;
  const bracket = yield* narrow(rules, prober, opened);
  const confirmed = yield* confirm(rules, prober, bracket);
  if (confirmed.low === null) return endOf('never', confirmed);
  const descent: Descent =
    confirmed.isGenerator || rules.skipsDescent === true
      ? { kind: 'not-tried' }
      : yield* descend(prober, confirmed.low, confirmed.high.trial.request.ratePerSecond);
  return { ...endOf(confirmed.isGenerator ? 'above' : 'found', confirmed), descent };
}

interface Bracket {
  readonly low: number | null;
  readonly high: Judged;
  readonly isGenerator: boolean;
}

function endOf(kind: SearchEnd['kind'], { low, high, isGenerator }: Bracket): SearchEnd {
  return {
    kind,
    lowPerSecond: low,
    highTrial: high.index,
    highPerSecond: high.trial.request.ratePerSecond,
    isGeneratorLimit: isGenerator,
    descent: { kind: 'not-tried' },
  };
}

type Opened = (Bracket & { readonly low: number }) | { readonly end: SearchEnd };

/** @returns `top` if the highest allowed rate was sustainable. */
function* explore(rules: SearchRules, prober: Prober): Search<Opened | { readonly top: Verdict }> {
  const { lowestPerSecond, highestPerSecond } = rules;
  const inRange = (rate: number) => Math.min(highestPerSecond, Math.max(lowestPerSecond, rate));
  let rate = inRange(rules.startPerSecond * (1 - START_SPREAD / 2 + START_SPREAD * prober.uniform()));
  let verdict = yield* prober.probe(rate, 'explore');
  if (verdict.kind === 'sustainable' || verdict.kind === 'unjudged') {
    let low: number | null = null;
    while (verdict.kind === 'sustainable' || verdict.kind === 'unjudged') {
      if (verdict.kind === 'sustainable') low = rate;
      if (rate >= highestPerSecond) return low === rate ? { top: verdict } : { end: withoutUpperEnd(low, verdict) };
      rate = inRange(rate * EXPLORE_FACTOR);
      verdict = yield* prober.probe(rate, 'explore');
    }
    if (low !== null) return { low, high: verdict.last, isGenerator: verdict.kind === 'generator' };
  }
  const first = rate;
  for (;;) {
    if (rate <= lowestPerSecond) return { end: neverEnd(verdict) };
    const before: Verdict = verdict;
    rate = inRange(rate / EXPLORE_FACTOR);
    verdict = yield* prober.probe(rate, 'explore');
    if (verdict.kind === 'sustainable') {
      return { low: rate, high: before.last, isGenerator: before.kind === 'generator' };
    }
    if (rate * FLOOR_RATE_FACTOR <= first && isFloor(before.last, verdict.last)) return { end: neverEnd(verdict) };
  }
}

/** Repeats the highest rate, because one trial is not enough for a claim. */
function* confirmTop({ confirmations }: SearchRules, prober: Prober, top: Verdict): Search<Opened> {
  const rate = top.last.trial.request.ratePerSecond;
  for (let confirmed = 1; confirmed < confirmations; confirmed++) {
    const verdict: Verdict = yield* prober.probe(rate, 'confirm');
    if (verdict.kind === 'sustainable') continue;
    return { low: rate / EXPLORE_FACTOR, high: verdict.last, isGenerator: verdict.kind === 'generator' };
  }
  return { end: withoutUpperEnd(rate, top) };
}

/** Returns the end of a search whose highest allowed rate is sustainable or could not be judged. */
function withoutUpperEnd(low: number | null, { last }: Verdict): SearchEnd {
  return {
    kind: low === null ? 'unfinished' : 'above',
    lowPerSecond: low,
    highTrial: null,
    highPerSecond: null,
    isGeneratorLimit: false,
    descent: { kind: 'not-tried' },
    ...(low === null ? unjudgedWhy(last) : {}),
  };
}

function neverEnd({ kind, last }: Verdict): SearchEnd {
  return {
    ...endOf(kind === 'unsustainable' ? 'never' : 'unfinished', {
      low: null,
      high: last,
      isGenerator: kind === 'generator',
    }),
    ...unjudgedWhy(last),
  };
}

function unjudgedWhy({ judgement }: Judged): { readonly why?: string } {
  if (judgement.kind !== 'unjudged') return {};
  return { why: `Trials have too few records: ${judgement.why}. Use a longer --trial, or a higher --from.` };
}

/** True if the failing objective hardly changed although the rate was halved: lower rates will not help. */
function isFloor(before: Judged, now: Judged): boolean {
  const failing = ({ trial }: Judged) => trial.measured.objectives.filter(({ holds }) => holds === false);
  const [now1] = failing(now);
  const before1 = failing(before).find(({ text }) => text === now1?.text);
  if (now.judgement.kind !== 'unsustainable' || now.judgement.reasons.some((reason) => reason !== 'OBJECTIVE'))
    return false;
  if (now1?.actual == null || before1?.actual == null || now1.default === true) return false;
  return now1.actual >= FLOOR_RATIO * before1.actual;
}

/**
 * Bisects, and tries the upper end again, because a disturbed trial of the exploration would bound all that follow. If the
 * upper end turns out to be sustainable, the search goes up from there.
 */
function* narrow(rules: SearchRules, prober: Prober, opened: Bracket & { readonly low: number }): Search<Bracket> {
  let bracket = yield* bisect(rules, prober, opened);
  while (!bracket.isGenerator) {
    const rate = bracket.high.trial.request.ratePerSecond;
    const again: Verdict = yield* prober.probe(rate, 'confirm');
    if (again.kind !== 'sustainable') return bracket;
    const above = yield* goUp(rules, prober, rate);
    if (above === undefined) return bracket;
    bracket = yield* bisect(rules, prober, above);
  }
  return bracket;
}

/**
 * Steps up from a sustainable rate, each step twice as long as the one before. Returns undefined if there is no room above.
 */
function* goUp(
  rules: SearchRules,
  prober: Prober,
  from: number,
): Search<(Bracket & { readonly low: number }) | undefined> {
  let low = from;
  for (let stepRatio = UP_STEP_RATIO; low < rules.highestPerSecond; stepRatio *= 2) {
    const rate = Math.min(rules.highestPerSecond, low * (1 + stepRatio));
    const verdict: Verdict = yield* prober.probe(rate, 'explore');
    if (verdict.kind !== 'sustainable') return { low, high: verdict.last, isGenerator: verdict.kind === 'generator' };
    low = rate;
  }
  return undefined;
}

function* bisect(rules: SearchRules, prober: Prober, explored: Bracket & { readonly low: number }): Search<Bracket> {
  let { low, high, isGenerator } = explored;
  const highRate = () => high.trial.request.ratePerSecond;
  const resolution = () => Math.max(rules.resolutionRatio, isGenerator ? GENERATOR_RESOLUTION_RATIO : 0);
  while (highRate() > low * (1 + resolution())) {
    const rate = low * (highRate() / low) ** (MIDDLE_FROM + MIDDLE_SPREAD * prober.uniform());
    const verdict = yield* prober.probe(rate, 'bisect');
    if (verdict.kind === 'sustainable') low = rate;
    else [high, isGenerator] = [verdict.last, verdict.kind === 'generator'];
  }
  return { low, high, isGenerator };
}

/**
 * Confirms the lower end, or steps down, each step twice as long: noise needs one step, a target that became slower needs
 * more.
 */
function* confirm(rules: SearchRules, prober: Prober, bracket: Bracket): Search<Bracket> {
  let { low, high, isGenerator } = bracket;
  let stepRatio = rules.resolutionRatio;
  for (let confirmed = 0; low !== null && confirmed < rules.confirmations; ) {
    const verdict: Verdict = yield* prober.probe(low, 'confirm');
    if (verdict.kind === 'sustainable') {
      confirmed += 1;
      continue;
    }
    [high, isGenerator] = [verdict.last, verdict.kind === 'generator'];
    low = low * (1 - stepRatio);
    stepRatio = Math.min(STEP_DOWN_MAX_RATIO, stepRatio * 2);
    confirmed = 0;
    if (low < rules.lowestPerSecond) low = null;
  }
  return { low, high, isGenerator };
}

function* descend(prober: Prober, low: number, high: number): Search<Descent> {
  for (const ratio of DESCENT_RATIOS) {
    const verdict = yield* prober.probe(low * ratio, 'descend', high * OVERLOAD_FACTOR);
    if (verdict.kind === 'generator' || verdict.kind === 'unjudged') return { kind: 'not-tried' };
    if (verdict.kind === 'unsustainable') continue;
    return ratio >= SAME_KNEE_RATIO ? { kind: 'same' } : { kind: 'lower', perSecond: low * ratio };
  }
  return { kind: 'lower', perSecond: null };
}
