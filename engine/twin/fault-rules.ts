import { InputCheck, within } from './input-check.ts';
import { checkLatencyProfile, type LatencyProfile } from './latency-profile.ts';

/** Calls and times to which a rule applies. An undefined field applies to all; times are epoch ms of the engine's clock. */
interface FaultScope {
  readonly stream?: string | undefined;
  /**
   * `shardId-` and twelve digits. Such a rule applies to calls for one shard: PutRecord, GetRecords, GetShardIterator,
   * SubscribeToShard and those that split or merge one. PutRecords goes to many shards: a throttle rule applies to its records
   * for this shard, and no other kind may name both PutRecords and a shard.
   */
  readonly shard?: string | undefined;
  /** Operation, for example PutRecords. Undefined or `*`: all. */
  readonly operation?: string | undefined;
  /** First ms at which the rule applies. */
  readonly fromMs?: number | undefined;
  /** First ms at which the rule no longer applies. */
  readonly untilMs?: number | undefined;
}

/** Share of calls (of records, for a throttled PutRecords) that the rule hits, 0 to 1 (default 1). */
interface FaultRate {
  readonly rate?: number | undefined;
}

/**
 * Error codes of single records of PutRecords. Records of Firehose that are throttled get ServiceUnavailableException instead
 * of the first. Source: type documentation of PutRecordsResultEntry, 3.1143.0. */
export type RecordFault = 'ProvisionedThroughputExceededException' | 'InternalFailure';

/** The call fails with an error of the service, before any work. */
interface ErrorFault extends FaultScope, FaultRate {
  readonly kind: 'error';
  /** AWS's name, for example InternalFailureException. */
  readonly code: string;
  /** Default: AWS's text for the code, if it is known. */
  readonly message?: string | undefined;
  /** HTTP status, 400 to 599 (default: that of the code). */
  readonly status?: number | undefined;
}

/** The call waits before its work: a fixed time, or one drawn from a profile for each call. */
interface LatencyFault extends FaultScope, FaultRate {
  readonly kind: 'latency';
  readonly ms: number | LatencyProfile;
}

/** Every call waits until the window ends, and is then handled. */
interface StallFault extends FaultScope {
  readonly kind: 'stall';
  readonly untilMs: number;
}

/** The connection ends before the work, or after it: then the call has taken effect, but there is no response. */
interface ConnectionFault extends FaultScope, FaultRate {
  readonly kind: 'drop-connection' | 'lose-response';
}

/**
 * Records of PutRecords and of PutRecordBatch fail one by one in a response of status 200; PutRecord, GetRecords and
 * GetShardIterator fail as a whole. AWS throttles no other operation by shard.
 */
interface ThrottleFault extends FaultScope, FaultRate {
  readonly kind: 'throttle';
  /** Default: ProvisionedThroughputExceededException. */
  readonly code?: RecordFault | undefined;
}

export type FaultRule = ErrorFault | LatencyFault | StallFault | ConnectionFault | ThrottleFault;
export type FaultKind = FaultRule['kind'];

const SCOPE_KEYS = ['kind', 'stream', 'shard', 'operation', 'fromMs', 'untilMs'];
const KEYS: Readonly<Record<FaultKind, readonly string[]>> = {
  error: [...SCOPE_KEYS, 'rate', 'code', 'message', 'status'],
  latency: [...SCOPE_KEYS, 'rate', 'ms'],
  stall: SCOPE_KEYS,
  'drop-connection': [...SCOPE_KEYS, 'rate'],
  'lose-response': [...SCOPE_KEYS, 'rate'],
  throttle: [...SCOPE_KEYS, 'rate', 'code'],
};
export const FAULT_KINDS = Object.keys(KEYS) as readonly FaultKind[];

export const THROTTLED_OPERATIONS: readonly string[] = [
  'PutRecord',
  'PutRecords',
  'PutRecordBatch',
  'GetRecords',
  'GetShardIterator',
];
const RECORD_FAULTS: readonly RecordFault[] = ['ProvisionedThroughputExceededException', 'InternalFailure'];

const RATE = { least: 0, most: 1, are: 'a share from 0 to 1' };
const DELAY_MS = { least: 0, most: 3_600_000, are: 'a time in ms, from 0 to 3,600,000, or a latency profile' };
const EPOCH_MS = { least: 0, most: 8.64e15, are: "a time of the engine's clock in epoch ms" };
const STATUS = { least: 400, most: 599, are: 'an HTTP status from 400 to 599' };

/**
 * Parses rules from untrusted JSON: a list.
 *
 * @param operations names that the service knows. Undefined: a rule may name any operation.
 * @throws EngineError FAULT_RULES_INVALID with all problems of all rules.
 */
export function parseFaultRules(value: unknown, operations?: readonly string[]): readonly FaultRule[] {
  const check = new InputCheck();
  const rules = check.list(value, '', 'rules') ?? [];
  const parsed = rules.map((rule, i) => checkRule(check, rule, within('', i), operations));
  check.finish('FAULT_RULES_INVALID', 'the list of fault rules');
  return parsed.filter((rule) => rule !== undefined);
}

function checkRule(
  check: InputCheck,
  value: unknown,
  path: string,
  operations: readonly string[] | undefined,
): FaultRule | undefined {
  const given = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const known = FAULT_KINDS.find((kind) => kind === given);
  const fields = check.object(
    value,
    path,
    known === undefined ? [...new Set(Object.values(KEYS).flat())] : KEYS[known],
  );
  if (fields === undefined) return undefined;
  const kind = check.choice(given, within(path, 'kind'), FAULT_KINDS);
  const scope = checkScope(check, fields, path, operations);
  if (kind === undefined) return undefined;
  const optional = <T>(key: string, checkIt: (value: unknown, path: string) => T | undefined): T | undefined =>
    fields[key] === undefined ? undefined : checkIt(fields[key], within(path, key));
  const rate = optional('rate', (value, at) => check.number(value, at, RATE));
  checkTogether(check, kind, scope, path);
  switch (kind) {
    case 'error': {
      const code = check.text(fields.code, within(path, 'code')) ?? '';
      const message = optional('message', (value, at) => check.text(value, at));
      const status = optional('status', (value, at) => check.number(value, at, STATUS));
      return { kind, ...scope, rate, code, message, status };
    }
    case 'latency':
      return { kind, ...scope, rate, ms: checkDelay(check, fields.ms, within(path, 'ms')) };
    case 'stall':
      return { kind, ...scope, untilMs: scope.untilMs ?? 0 };
    case 'throttle':
      return { kind, ...scope, rate, code: optional('code', (value, at) => check.choice(value, at, RECORD_FAULTS)) };
    default:
      return { kind, ...scope, rate };
  }
}

function checkScope(
  check: InputCheck,
  fields: Readonly<Record<string, unknown>>,
  path: string,
  operations: readonly string[] | undefined,
): FaultScope {
  const { stream, shard, operation, fromMs, untilMs } = fields;
  return {
    stream: stream === undefined ? undefined : check.text(stream, within(path, 'stream')),
    shard: shard === undefined ? undefined : checkShard(check, shard, within(path, 'shard')),
    operation:
      operation === undefined || operation === '*'
        ? undefined
        : operations === undefined
          ? check.text(operation, within(path, 'operation'))
          : check.choice(operation, within(path, 'operation'), operations),
    fromMs: fromMs === undefined ? undefined : check.number(fromMs, within(path, 'fromMs'), EPOCH_MS),
    untilMs: untilMs === undefined ? undefined : check.number(untilMs, within(path, 'untilMs'), EPOCH_MS),
  };
}

function checkShard(check: InputCheck, value: unknown, path: string): string | undefined {
  const shard = check.text(value, path);
  if (shard === undefined || /^shardId-\d{12}$/.test(shard)) return shard;
  return check.problem('OUT_OF_RANGE', path, `${shard} is no shard.`, 'Give shardId- and twelve digits.');
}

function checkDelay(check: InputCheck, value: unknown, path: string): number | LatencyProfile {
  if (typeof value === 'object' && value !== null) return checkLatencyProfile(check, value, path) ?? 0;
  return check.number(value, path, DELAY_MS) ?? 0;
}

/** Finds fields that are valid separately but make a rule without effect. */
function checkTogether(check: InputCheck, kind: FaultKind, scope: FaultScope, path: string): void {
  const { shard, operation, fromMs, untilMs } = scope;
  if (kind === 'stall' && untilMs === undefined) {
    check.problem(
      'MISSING',
      within(path, 'untilMs'),
      'A stall without an end is none.',
      'Give the epoch ms it ends at.',
    );
  }
  if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs) {
    const what = `It ends at ${untilMs}, no later than it begins.`;
    check.problem('CONFLICT', within(path, 'untilMs'), what, `Give one above ${fromMs}.`);
  }
  if (kind === 'throttle' && operation !== undefined && !THROTTLED_OPERATIONS.includes(operation)) {
    const fix = `Throttle ${THROTTLED_OPERATIONS.join(', ')}; for others use kind error.`;
    check.problem('CONFLICT', within(path, 'operation'), `${operation} is not throttled by shard.`, fix);
  }
  if (kind !== 'throttle' && operation === 'PutRecords' && shard !== undefined) {
    const fix = 'Remove the shard, or use kind throttle, which hits single records.';
    check.problem('CONFLICT', within(path, 'shard'), 'A PutRecords goes to many shards.', fix);
  }
}
