import { FAULT_KINDS, type FaultKind, type FaultRule, type RecordFault, THROTTLED_OPERATIONS } from './fault-rules.ts';
import { uniformOf } from './latency.ts';
import { quantileAt } from './latency-profile.ts';
import { rateExceededText } from './limits.ts';

/** A call as rules see it. `shard` is undefined for calls that go to no shard or to several. */
export interface FaultCall {
  readonly stream?: string | undefined;
  readonly shard?: string | undefined;
  readonly operation: string;
  /** Account in AWS's texts (default: the engine's). */
  readonly accountId?: string | undefined;
  /** The stream is a delivery stream of Firehose. */
  readonly isDelivery?: boolean | undefined;
}

/**
 * Faults of a call, in this order: it waits (`waitUntilMs`), its connection is dropped, or it fails, or
 * it takes effect and its connection is dropped instead of a response. At most one of the last three applies.
 */
export interface FaultDecision {
  /** End of a stall: the call waits until this time first. Read `stalledUntilMs` again when the rules change. */
  readonly untilMs?: number | undefined;
  /** Further waiting time. */
  readonly delayMs: number;
  readonly dropBefore: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly status: number } | undefined;
  readonly dropAfter: boolean;
}

export const NO_FAULT: FaultDecision = { delayMs: 0, dropBefore: false, dropAfter: false };

/** Time at which the work of a call may begin. */
export const waitUntilMs = ({ untilMs, delayMs }: Pick<FaultDecision, 'untilMs' | 'delayMs'>, nowMs: number): number =>
  Math.max(nowMs, untilMs ?? nowMs) + delayMs;

/** A rule in force, and the calls, or single records of PutRecords, that it has hit. */
export interface ListedFault {
  readonly id: number;
  readonly rule: FaultRule;
  readonly injected: number;
}

interface Injector {
  readonly id: number;
  readonly rule: FaultRule;
  /** Random numbers drawn so far: each draw depends only on seed, rule and this number, not on other rules. */
  draws: number;
  injected: number;
}

/**
 * Decides and counts the faults of calls by rules; the callers inject them. The same seed, rules and
 * calls give the same decisions. Without rules, a call costs one read of `active`.
 */
export class Faults {
  readonly #seed: number;
  readonly #accountId: string;
  readonly #counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  readonly #listeners = new Set<() => void>();
  #injectors: readonly Injector[] = [];
  #nextId = 1;
  /** True if there is any rule, and if any may fail single records. */
  active = false;
  failsRecords = false;

  /** @param accountId account in AWS's texts, unless a call names another. */
  constructor(seed = 0, accountId = '000000000000') {
    this.#seed = seed;
    this.#accountId = accountId;
  }

  /** Injected faults by kind since the start, including those of removed rules. Records of PutRecords count singly. */
  get counts(): Readonly<Record<FaultKind, number>> {
    return { ...this.#counts };
  }

  get rules(): readonly ListedFault[] {
    return this.#injectors.map(({ id, rule, injected }) => ({ id, rule, injected }));
  }

  /** Replaces all rules by these. Returns their ids. */
  set(rules: readonly FaultRule[]): readonly number[] {
    const injectors = rules.map((rule) => this.#injectorOf(rule));
    this.#change(injectors);
    return injectors.map(({ id }) => id);
  }

  /** Appends a rule. Returns its id, which no other rule of this object ever has. */
  add(rule: FaultRule): number {
    const injector = this.#injectorOf(rule);
    this.#change([...this.#injectors, injector]);
    return injector.id;
  }

  /** Returns false if there is no such rule. */
  remove(id: number): boolean {
    const left = this.#injectors.filter((injector) => injector.id !== id);
    if (left.length === this.#injectors.length) return false;
    this.#change(left);
    return true;
  }

  clear(): void {
    this.#change([]);
  }

  /** Calls the listener after each change of the rules. Returns a function that removes the listener. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Decides the faults of a call. Delays of several rules add up; the first rule with an error wins. */
  decide(call: FaultCall, nowMs: number): FaultDecision {
    if (!this.active) return NO_FAULT;
    let decision = NO_FAULT;
    let first: Injector | undefined;
    for (const injector of this.#injectors) {
      const { rule } = injector;
      if (!matches(rule, call, nowMs) || (rule.kind === 'throttle' && !throttlesCall(call)) || !this.#hits(injector)) {
        continue;
      }
      if (rule.kind === 'stall') {
        decision = { ...decision, untilMs: Math.max(decision.untilMs ?? 0, rule.untilMs) };
        this.#count(injector);
      } else if (rule.kind === 'latency') {
        decision = { ...decision, delayMs: decision.delayMs + this.#delayMs(injector) };
        this.#count(injector);
      } else if (first === undefined || ORDER[rule.kind] < ORDER[first.rule.kind]) first = injector;
    }
    if (first === undefined) return decision;
    this.#count(first);
    return { ...decision, ...this.#outcome(first, call) };
  }

  /** End of the stall of a call by the current rules; counts nothing. */
  stalledUntilMs(call: FaultCall, nowMs: number): number | undefined {
    let untilMs: number | undefined;
    for (const { rule } of this.#injectors) {
      if (rule.kind === 'stall' && matches(rule, call, nowMs)) untilMs = Math.max(untilMs ?? 0, rule.untilMs);
    }
    return untilMs;
  }

  /** Error of one record of PutRecords or PutRecordBatch. Not for PutRecord, which `decide` fails as a whole. */
  failsRecord(
    stream: string,
    shard: string | undefined,
    nowMs: number,
    operation = 'PutRecords',
  ): RecordFault | undefined {
    if (!this.failsRecords) return undefined;
    const call = { stream, shard, operation };
    for (const injector of this.#injectors) {
      const { rule } = injector;
      if (rule.kind !== 'throttle' || !matches(rule, call, nowMs) || !this.#hits(injector)) continue;
      this.#count(injector);
      return rule.code ?? 'ProvisionedThroughputExceededException';
    }
    return undefined;
  }

  #injectorOf(rule: FaultRule): Injector {
    const id = this.#nextId;
    this.#nextId += 1;
    return { id, rule, draws: 0, injected: 0 };
  }

  #change(injectors: readonly Injector[]): void {
    this.#injectors = injectors;
    this.active = injectors.length > 0;
    this.failsRecords = injectors.some(({ rule }) => rule.kind === 'throttle');
    for (const listener of [...this.#listeners]) listener();
  }

  #hits(injector: Injector): boolean {
    const rate = injector.rule.kind === 'stall' ? 1 : (injector.rule.rate ?? 1);
    return rate >= 1 || this.#draw(injector) < rate;
  }

  #draw(injector: Injector): number {
    injector.draws += 1;
    return uniformOf(this.#seed, injector.id, injector.draws);
  }

  #count(injector: Injector): void {
    injector.injected += 1;
    this.#counts[injector.rule.kind] += 1;
  }

  #delayMs(injector: Injector): number {
    if (injector.rule.kind !== 'latency') return 0;
    const { ms } = injector.rule;
    return typeof ms === 'number' ? ms : quantileAt(ms.quantiles, this.#draw(injector)) / NS_PER_MS;
  }

  #outcome({ id, rule }: Injector, call: FaultCall): Partial<FaultDecision> {
    switch (rule.kind) {
      case 'drop-connection':
        return { dropBefore: true };
      case 'lose-response':
        return { dropAfter: true };
      case 'error': {
        const message = rule.message ?? this.#textOf(rule.code, call) ?? `A fault injected by rule ${id}.`;
        return { error: { code: rule.code, message, status: rule.status ?? STATUS[rule.code] ?? 400 } };
      }
      case 'throttle': {
        if (call.isDelivery === true && rule.code !== 'InternalFailure') return { error: SLOW_DOWN };
        const code =
          rule.code === 'InternalFailure' ? 'InternalFailureException' : 'ProvisionedThroughputExceededException';
        return { error: { code, message: this.#textOf(code, call) ?? '', status: STATUS[code] ?? 400 } };
      }
      default:
        return {};
    }
  }

  #textOf(code: string, { shard, stream = '', accountId = this.#accountId }: FaultCall): string | undefined {
    if (code !== 'ProvisionedThroughputExceededException') return TEXT[code];
    if (shard !== undefined) return rateExceededText(shard, stream, accountId);
    return `Rate exceeded for stream ${stream} under account ${accountId}.`;
  }
}

/** Firehose throttles with this error. */
const SLOW_DOWN = { code: 'ServiceUnavailableException', message: 'Slow down.', status: 503 } as const;

const NS_PER_MS = 1e6;

/** Order of outcomes in the life of a call. If several apply, the first one wins. */
const ORDER: Readonly<Record<FaultKind, number>> = {
  stall: 0,
  latency: 0,
  'drop-connection': 1,
  error: 2,
  throttle: 2,
  'lose-response': 3,
};

/** Source: "Common Errors" of the Kinesis Data Streams API Reference, and the model of 3.1143.0; all others are 400. */
const STATUS: Readonly<Record<string, number>> = {
  InternalFailure: 500,
  InternalFailureException: 500,
  ServiceUnavailable: 503,
  InvalidClientTokenId: 403,
  OptInRequired: 403,
};

/** Source: the API Reference's examples and "Common Errors". */
const TEXT: Readonly<Record<string, string>> = {
  InternalFailure: 'Internal service failure.',
  InternalFailureException: 'Internal service failure.',
  ServiceUnavailable: 'The request has failed due to a temporary failure of the server.',
  ThrottlingException: 'Rate exceeded',
  LimitExceededException: 'Rate exceeded',
};

function matches(rule: FaultRule, call: FaultCall, nowMs: number): boolean {
  const { stream, shard, operation, fromMs, untilMs } = rule;
  if (operation !== undefined && operation !== '*' && operation !== call.operation) return false;
  if (stream !== undefined && stream !== call.stream) return false;
  if (shard !== undefined && shard !== call.shard) return false;
  return (fromMs === undefined || nowMs >= fromMs) && (untilMs === undefined || nowMs < untilMs);
}

/** False for PutRecords and PutRecordBatch, whose records are throttled one by one, see `failsRecord`. */
const throttlesCall = ({ operation }: FaultCall): boolean =>
  operation !== 'PutRecords' && operation !== 'PutRecordBatch' && THROTTLED_OPERATIONS.includes(operation);
