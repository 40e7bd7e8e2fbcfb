import { checkQuantiles } from './check-quantiles.ts';
import { type PathPart, type Problem, type ProblemCode, pathText } from './errors.ts';
import { replayPath } from './files.ts';
import { RandomStream } from './random.ts';
import { type Replay, readReplay, replayNeeds } from './replay.ts';
import type {
  ArrivalsSpec,
  KeysSpec,
  PayloadSpec,
  Phase,
  ProducersSpec,
  ReplaySpec,
  SizeSpec,
  Workload,
} from './scenario.ts';
import type { ParsedPhase, ParsedWorkload } from './schema.ts';
import { KEY_MAX_CHARACTERS, RATE_MAX_PER_SECOND } from './schema-fields.ts';
import { compileTemplate } from './template.ts';

export interface WorkloadContext {
  /** Path of the workload in the scenario. */
  readonly path: readonly PathPart[];
  readonly scenarioFile: string | undefined;
  /** Number of shards of the target at the start; undefined if it is not known. */
  readonly shards: number | undefined;
  readonly maxRecordBytes: number;
  /** Largest record of a template or recording, before which the target may add bytes of its own. */
  readonly maxContentBytes: number;
  readonly problems: Problem[];
}

/**
 * Resolves one workload whose single values are valid. Contradictions among them are added to `context.problems`; the workload is
 * usable only if nothing was added.
 */
export function resolveWorkload(parsed: ParsedWorkload, context: WorkloadContext): Workload {
  const report = reporter(context);
  const arrivals = resolveArrivals(parsed, report);
  const keys = resolveKeys(parsed, context, report);
  const plainPayload = resolvePayload(parsed, context, report);
  const { payload, replay } = attachReplay(plainPayload, { arrivals, keys }, context);
  const phases =
    arrivals.kind === 'recorded' ? replayPhase(replay, arrivals.speed, report) : resolvePhases(parsed.phases, report);
  return { name: parsed.name, arrivals, phases, keys, payload, producers: resolveProducers(parsed, report) };
}

type Report = (code: ProblemCode, path: readonly PathPart[], what: string, fix: string) => void;

function reporter(context: WorkloadContext): Report {
  return (code, path, what, fix) => {
    context.problems.push({ code, path: pathText([...context.path, ...path]), what, fix });
  };
}

function resolveArrivals(parsed: ParsedWorkload, report: Report): ArrivalsSpec {
  const { arrivals } = parsed;
  if (typeof arrivals === 'string') return { kind: arrivals };
  if ('onOff' in arrivals) return { kind: 'on-off', meanOnNs: arrivals.onOff.on, meanOffNs: arrivals.onOff.off };
  if ('mmpp' in arrivals) {
    const { rates, mean } = arrivals.mmpp;
    if (rates[0] === 0 && rates[1] === 0) {
      report('OUT_OF_RANGE', ['arrivals', 'mmpp', 'rates'], 'both rates are 0.', 'Give one state a rate above 0.');
    }
    return { kind: 'mmpp', rates, meanNs: mean };
  }
  const path = ['arrivals', 'recorded'];
  if (!('replay' in parsed.payload)) {
    report(
      'CONFLICT',
      path,
      'recorded arrivals need a recording.',
      'Use payload: { replay: { file, format, timeField } }.',
    );
  } else if (parsed.payload.replay.format !== 'log' && parsed.payload.replay.timeField === undefined) {
    report(
      'MISSING',
      ['payload', 'replay', 'timeField'],
      'recorded arrivals need it.',
      "Name the field with the record's time.",
    );
  }
  if (parsed.phases !== undefined) {
    report(
      'CONFLICT',
      ['phases'],
      'recorded arrivals bring their own times.',
      'Remove phases, or choose other arrivals.',
    );
  }
  return { kind: 'recorded', speed: arrivals.recorded.speed };
}

function resolvePhases(phases: readonly ParsedPhase[] | undefined, report: Report): Phase[] {
  if (phases === undefined || phases.length === 0) {
    const example = '{ name: steady, duration: 30s, rate: 1000/s }';
    report(phases === undefined ? 'MISSING' : 'EMPTY', ['phases'], 'there is no phase.', `Add one: ${example}.`);
    return [];
  }
  if (phases.every((phase) => !phase.recorded)) {
    report(
      'CONFLICT',
      ['phases'],
      'no phase is recorded, so there would be no result.',
      'Remove recorded: false from one phase.',
    );
  }
  checkPauses(phases, report);
  let startNs = 0;
  return phases.map((phase) => {
    const { from, to } = ratesOf(phase);
    const resolved: Phase = {
      name: phase.name,
      startNs,
      durationNs: phase.duration,
      fromPerSecond: from,
      toPerSecond: to,
      recorded: phase.recorded,
    };
    startNs += phase.duration;
    return resolved;
  });
}

/** A phase without a rate is a pause. */
function ratesOf({ rate = 0 }: ParsedPhase): { readonly from: number; readonly to: number } {
  return typeof rate === 'number' ? { from: rate, to: rate } : rate;
}

function checkPauses(phases: readonly ParsedPhase[], report: Report): void {
  const isPause = (phase: ParsedPhase) => ratesOf(phase).from === 0 && ratesOf(phase).to === 0;
  const fix = 'Give one of them a rate above 0/s, such as rate: 1000/s.';
  if (phases.every(isPause)) {
    const what = 'every phase is a pause, so no record would ever be due.';
    report('OUT_OF_RANGE', ['phases'], what, fix);
  } else if (phases.some(({ recorded }) => recorded) && phases.every((phase) => !phase.recorded || isPause(phase))) {
    const what = 'every recorded phase is a pause, so there would be no result.';
    report('CONFLICT', ['phases'], what, fix);
  }
}

/** Returns the recording as one phase: from its first record to 1 ns after its last, at its mean rate. */
function replayPhase(replay: Replay | undefined, speed: number, report: Report): Phase[] {
  const lastNs = replay?.timesNs?.at(-1);
  if (replay === undefined || lastNs === undefined) return [];
  const durationNs = Math.floor(lastNs / speed) + 1;
  const rate = (replay.count * 1e9) / durationNs;
  if (lastNs === 0) {
    const what = 'all records have the same time.';
    report('REPLAY_TIME', ['payload', 'replay', 'timeField'], what, 'Name another field, or use phases with a rate.');
  } else if (rate > RATE_MAX_PER_SECOND) {
    const what = `the recording would play at ${Math.round(rate)} records/s.`;
    report('OUT_OF_RANGE', ['arrivals', 'recorded', 'speed'], what, 'Lower the speed to stay within 100M/s.');
  }
  return [{ name: 'replay', startNs: 0, durationNs, fromPerSecond: rate, toPerSecond: rate, recorded: true }];
}

function resolveKeys(parsed: ParsedWorkload, { shards }: WorkloadContext, report: Report): KeysSpec {
  const { keys } = parsed;
  if ('uniform' in keys) return { kind: 'uniform', count: keys.count };
  if ('zipf' in keys) return { kind: 'zipf', exponent: keys.zipf, count: keys.count };
  if ('sequential' in keys) return { kind: 'sequential', count: keys.count };
  if ('hot' in keys) {
    if (keys.hot.count >= keys.count) {
      const what = `${keys.hot.count} hot keys of ${keys.count} leave no other ones.`;
      report('OUT_OF_RANGE', ['keys', 'hot', 'count'], what, 'Raise count, or use { uniform: true, count }.');
    }
    return { kind: 'hot', hotCount: keys.hot.count, hotShare: keys.hot.share, count: keys.count };
  }
  if ('shares' in keys) {
    checkShares(keys.shares, shards, report);
    return { kind: 'shares', shares: keys.shares, keysPerShard: keys.perShard };
  }
  if ('one' in keys) {
    const characters = [...keys.one].length;
    if (characters === 0) report('EMPTY', ['keys', 'one'], 'the key is empty.', 'Write at least one character.');
    if (characters > KEY_MAX_CHARACTERS) {
      const fix = `Write at most ${KEY_MAX_CHARACTERS} characters.`;
      report('KEY_TOO_LONG', ['keys', 'one'], `the key has ${characters} characters.`, fix);
    }
    return { kind: 'one', key: keys.one };
  }
  if (!('replay' in parsed.payload)) {
    const what = 'keys from a field need replayed records.';
    report('CONFLICT', ['keys', 'field'], what, 'Use payload: { replay: { file, format } }, or other keys.');
  }
  return { kind: 'field', field: keys.field };
}

/** Largest rounding error of a sum of shares. */
const SHARES_ROUNDING = 1e-9;

function checkShares(shares: readonly number[], shards: number | undefined, report: Report): void {
  const path = ['keys', 'shares'];
  const sum = shares.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > SHARES_ROUNDING) {
    const what = `the shares sum to ${Number((sum * 100).toFixed(4))}%.`;
    report('OUT_OF_RANGE', path, what, 'Write shares that sum to 100%.');
  }
  if (shards === undefined || shards === shares.length) return;
  const what = `there are ${shares.length} shares, and the target starts with ${shards} ${shards === 1 ? 'shard' : 'shards'}.`;
  report(
    'CONFLICT',
    path,
    what,
    `Write ${shards === 1 ? '1 share' : `${shards} shares`}, or change the target's shards.`,
  );
}

function resolvePayload(parsed: ParsedWorkload, context: WorkloadContext, report: Report): PayloadSpec {
  const { payload } = parsed;
  if ('size' in payload) {
    return { kind: 'size', size: resolveSize(payload.size, context, report), randomRatio: payload.randomRatio };
  }
  if ('template' in payload) {
    checkTemplate(payload.template, context.maxContentBytes, report);
    return { kind: 'template', template: payload.template };
  }
  return { kind: 'replay', replay: resolveReplay(payload.replay, context, report) };
}

function resolveReplay(
  { file, ...parsed }: Extract<ParsedWorkload['payload'], { replay: unknown }>['replay'],
  { scenarioFile }: WorkloadContext,
  report: Report,
): ReplaySpec {
  for (const option of ['separator', 'quotes'] as const) {
    if (parsed[option] === undefined || parsed.format === 'csv') continue;
    const what = `${option} is for CSV, and the format is ${parsed.format}.`;
    report('CONFLICT', ['payload', 'replay', option], what, `Remove ${option}, or set format: csv.`);
  }
  // Absent options stay absent, so that a scenario without them keeps its hash.
  const options = Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined));
  return { path: replayPath(file, scenarioFile), format: parsed.format, ...options };
}

function resolveSize(
  size: Extract<ParsedWorkload['payload'], { size: unknown }>['size'],
  context: WorkloadContext,
  report: Report,
): SizeSpec {
  const checkFits = (bytes: number, path: readonly PathPart[]) => {
    if (bytes <= context.maxRecordBytes) return;
    const what = `${bytes} bytes are more than the ${context.maxRecordBytes} bytes that the target accepts.`;
    report(
      'RECORD_TOO_LARGE',
      ['payload', 'size', ...path],
      what,
      'Write a smaller size, or raise maxRecordBytes if the target has it.',
    );
  };
  if (typeof size === 'number') {
    checkFits(size, []);
    return { kind: 'fixed', bytes: size };
  }
  if ('lognormal' in size) {
    const { p50, p99 } = size.lognormal;
    // Sizes above the target's limit are cut and counted. With p50 above it, more than half of the records would be cut.
    checkFits(p50, ['lognormal', 'p50']);
    checkQuantiles(p50, p99, [...context.path, 'payload', 'size', 'lognormal', 'p99'], context.problems);
    return { kind: 'lognormal', p50Bytes: p50, p99Bytes: p99 };
  }
  const { shape, min, max } = size.pareto;
  checkFits(max, ['pareto', 'max']);
  if (max < min) {
    report(
      'OUT_OF_RANGE',
      ['payload', 'size', 'pareto', 'max'],
      'max is below min.',
      'Write a max that is at least min.',
    );
  }
  return { kind: 'pareto', shape, minBytes: min, maxBytes: max };
}

function checkTemplate(template: unknown, maxRecordBytes: number, report: Report): void {
  const compiled = compileTemplate(template);
  if (compiled.kind === 'problems') {
    for (const { path, what, fix } of compiled.problems)
      report('BAD_TEMPLATE', ['payload', 'template', ...path], what, fix);
    return;
  }
  const bytes = Buffer.byteLength(compiled.template.render(new RandomStream(1, 'check'), 0));
  if (bytes <= maxRecordBytes) return;
  const what = `the template makes ${bytes} bytes, and the target accepts ${maxRecordBytes}.`;
  report(
    'RECORD_TOO_LARGE',
    ['payload', 'template'],
    what,
    'Shorten it, or raise maxRecordBytes if the target has it.',
  );
}

/** Reads the recording once, so that a bad file is a problem of the scenario, before the run. */
function attachReplay(
  payload: PayloadSpec,
  workload: Pick<Workload, 'arrivals' | 'keys'>,
  context: WorkloadContext,
): { payload: PayloadSpec; replay?: Replay } {
  if (payload.kind !== 'replay') return { payload };
  const spec = payload.replay;
  const path = pathText([...context.path, 'payload', 'replay']);
  const canHaveTimes = spec.format === 'log' || spec.timeField !== undefined;
  const needs = replayNeeds(workload, context.maxContentBytes);
  const read = readReplay(spec, { ...needs, needsTimes: needs.needsTimes === true && canHaveTimes }, path);
  if (read.kind === 'problems') {
    context.problems.push(...read.problems);
    return { payload };
  }
  return { payload: { kind: 'replay', replay: { ...spec, sha256: read.replay.sha256 } }, replay: read.replay };
}

function resolveProducers(parsed: ParsedWorkload, report: Report): ProducersSpec {
  const { count, batch, inFlight, whenBusy, retry } = parsed.producers;
  if (retry.cap < retry.base) {
    report('OUT_OF_RANGE', ['producers', 'retry', 'cap'], 'cap is below base.', 'Write a cap that is at least base.');
  }
  return {
    count,
    batch: { records: batch.records, bytes: batch.bytes, lingerNs: batch.lingerMs },
    inFlight,
    whenBusy,
    retry: { attempts: retry.attempts, baseNs: retry.base, capNs: retry.cap },
  };
}
