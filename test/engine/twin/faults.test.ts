import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultRule } from '../../../engine/twin/fault-rules.ts';
import { type FaultCall, Faults, NO_FAULT, waitUntilMs } from '../../../engine/twin/faults.ts';

const NOW_MS = 1_764_000_000_000;
const SHARD = 'shardId-000000000002';
const PUT: FaultCall = { stream: 'orders', shard: SHARD, operation: 'PutRecord' };
const PUTS: FaultCall = { stream: 'orders', operation: 'PutRecords' };
const GET: FaultCall = { stream: 'orders', shard: SHARD, operation: 'GetRecords' };

function faultsOf(...rules: FaultRule[]): Faults {
  const faults = new Faults(3, '111111111111');
  faults.set(rules);
  return faults;
}

/** Share of 20,000 calls for which this holds. */
function shareOf(hits: () => boolean): number {
  let count = 0;
  for (let i = 0; i < 20_000; i++) if (hits()) count += 1;
  return count / 20_000;
}

const nothing = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0]));

describe('an engine without fault rules', () => {
  it('faults without rules change no call and allocate no decision', () => {
    const faults = new Faults();
    expect(faults.active).toBe(false);
    expect(faults.failsRecords).toBe(false);
    expect(faults.decide(PUT, NOW_MS)).toBe(NO_FAULT);
    expect(faults.failsRecord('orders', SHARD, NOW_MS)).toBeUndefined();
    expect(faults.counts).toEqual(nothing);
  });

  it('a call that no rule matches is not changed', () => {
    expect(faultsOf({ kind: 'error', code: 'X', stream: 'others' }).decide(PUT, NOW_MS)).toBe(NO_FAULT);
  });
});

describe('an error', () => {
  it.each([
    ['InternalFailureException', 500, 'Internal service failure.'],
    ['ServiceUnavailable', 503, 'The request has failed due to a temporary failure of the server.'],
    ['KMSThrottlingException', 400, 'A fault injected by rule 1.'],
    [
      'ProvisionedThroughputExceededException',
      400,
      `Rate exceeded for shard ${SHARD} in stream orders under account 111111111111.`,
    ],
  ])('the error %s has the status and the text that AWS gives it', (code, status, message) => {
    const decision = faultsOf({ kind: 'error', code }).decide(GET, NOW_MS);
    expect(decision).toEqual({ ...NO_FAULT, error: { code, status, message } });
  });

  it('an error may have a text and a status of its own', () => {
    const faults = faultsOf({ kind: 'error', code: 'Broken', message: 'out of order', status: 502 });
    expect(faults.decide(PUT, NOW_MS).error).toEqual({ code: 'Broken', message: 'out of order', status: 502 });
  });

  it.each([0, 0.01, 0.3, 0.9, 1])('an error affects the share %d of calls', (rate) => {
    const faults = faultsOf({ kind: 'error', code: 'InternalFailureException', rate });
    const share = shareOf(() => faults.decide(PUTS, NOW_MS).error !== undefined);
    expect(Math.abs(share - rate)).toBeLessThan(0.012);
    expect(faults.counts.error).toBe(Math.round(share * 20_000));
    if (rate === 0 || rate === 1) expect(share).toBe(rate);
  });
});

describe('the calls that a rule affects', () => {
  const hit = (rule: Omit<FaultRule, 'kind' | 'code'>, call: FaultCall, nowMs = NOW_MS) =>
    faultsOf({ kind: 'drop-connection', ...rule }).decide(call, nowMs).dropBefore;

  it('a rule applies by stream, shard and operation, and to all of them if undefined', () => {
    expect([PUT, PUTS, GET, { operation: 'ListStreams' }].map((call) => hit({}, call))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([PUT, PUTS, GET].map((call) => hit({ operation: 'GetRecords' }, call))).toEqual([false, false, true]);
    expect(hit({ operation: '*' }, GET)).toBe(true);
    expect(hit({ stream: 'orders' }, GET)).toBe(true);
    expect(hit({ stream: 'order' }, GET)).toBe(false);
    expect(hit({ stream: 'orders' }, { operation: 'ListStreams' })).toBe(false);
    expect([PUT, PUTS, GET].map((call) => hit({ shard: SHARD }, call))).toEqual([true, false, true]);
    expect(hit({ shard: 'shardId-000000000001' }, PUT)).toBe(false);
  });

  it('a rule applies from its first ms to the one before its end', () => {
    const window = { fromMs: NOW_MS, untilMs: NOW_MS + 100 };
    const at = (ms: number) => hit(window, PUT, NOW_MS + ms);
    expect([-1, -0.001, 0, 50, 99.999, 100, 1e9].map(at)).toEqual([false, false, true, true, true, false, false]);
    expect(hit({ fromMs: NOW_MS }, PUT, NOW_MS + 1e12)).toBe(true);
    expect(hit({ untilMs: NOW_MS }, PUT, 0)).toBe(true);
  });
});

describe('a wait', () => {
  it('a call waits for the fixed delays of all its rules together', () => {
    const faults = faultsOf({ kind: 'latency', ms: 30 }, { kind: 'latency', ms: 12.5, operation: 'PutRecord' });
    expect(faults.decide(PUT, NOW_MS)).toEqual({ ...NO_FAULT, delayMs: 42.5 });
    expect(faults.decide(GET, NOW_MS).delayMs).toBe(30);
    expect(faults.counts.latency).toBe(3);
  });

  it('the delay of each call is drawn from the profile of its rule', () => {
    const quantiles = [
      { p: 0, ns: 10e6 },
      { p: 0.5, ns: 20e6 },
      { p: 1, ns: 900e6 },
    ];
    const faults = faultsOf({ kind: 'latency', ms: { quantiles } });
    expect(shareOf(() => faults.decide(PUT, NOW_MS).delayMs <= 20)).toBeCloseTo(0.5, 1);
    const delays = new Set(Array.from({ length: 100 }, () => faults.decide(PUT, NOW_MS).delayMs));
    expect(delays.size).toBe(100);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(10);
  });

  it('a stalled call waits until the last of its stalls ends, and for its delays after that', () => {
    const faults = faultsOf(
      { kind: 'stall', untilMs: NOW_MS + 500 },
      { kind: 'latency', ms: 7 },
      { kind: 'stall', untilMs: NOW_MS + 300, stream: 'orders' },
    );
    const decision = faults.decide(PUT, NOW_MS + 100);
    expect(decision).toEqual({ ...NO_FAULT, untilMs: NOW_MS + 500, delayMs: 7 });
    expect(waitUntilMs(decision, NOW_MS + 100)).toBe(NOW_MS + 507);
    expect(waitUntilMs(NO_FAULT, NOW_MS)).toBe(NOW_MS);
    expect(faults.decide(PUT, NOW_MS + 500).untilMs).toBeUndefined();
    expect(faults.counts.stall).toBe(2);
  });

  it('a stalled call continues early if the rules change, and the second check counts no fault', () => {
    const faults = faultsOf({ kind: 'stall', untilMs: NOW_MS + 500 });
    let changes = 0;
    const stop = faults.onChange(() => {
      changes += 1;
    });
    expect(faults.stalledUntilMs(PUT, NOW_MS)).toBe(NOW_MS + 500);
    faults.clear();
    expect(changes).toBe(1);
    expect(faults.stalledUntilMs(PUT, NOW_MS)).toBeUndefined();
    stop();
    faults.add({ kind: 'stall', untilMs: NOW_MS + 900 });
    expect(changes).toBe(1);
    expect(faults.counts.stall).toBe(0);
  });
});

describe('a connection', () => {
  it('a connection is dropped before the work, or after it', () => {
    expect(faultsOf({ kind: 'drop-connection' }).decide(PUTS, NOW_MS)).toEqual({ ...NO_FAULT, dropBefore: true });
    expect(faultsOf({ kind: 'lose-response' }).decide(PUTS, NOW_MS)).toEqual({ ...NO_FAULT, dropAfter: true });
  });

  it('a connection that is dropped before the work has no error and no lost response, and counts only that fault', () => {
    const faults = faultsOf(
      { kind: 'lose-response' },
      { kind: 'error', code: 'InternalFailureException' },
      { kind: 'drop-connection', untilMs: NOW_MS + 1 },
    );
    expect(faults.decide(PUT, NOW_MS)).toEqual({ ...NO_FAULT, dropBefore: true });
    expect(faults.decide(PUT, NOW_MS + 1)).toMatchObject({ error: { status: 500 }, dropAfter: false });
    expect(faults.counts).toEqual({ ...nothing, 'drop-connection': 1, error: 1 });
    expect(faults.rules.map(({ injected }) => injected)).toEqual([0, 1, 1]);
  });

  it('a call with two errors fails with that of the first rule', () => {
    const faults = faultsOf({ kind: 'error', code: 'A' }, { kind: 'throttle' }, { kind: 'error', code: 'B' });
    expect(faults.decide(PUT, NOW_MS).error?.code).toBe('A');
  });
});

describe('throttling', () => {
  it('throttling fails records of PutRecords one by one, never the call', () => {
    const faults = faultsOf({ kind: 'throttle', rate: 0.2, stream: 'orders', shard: SHARD });
    expect(faults.failsRecords).toBe(true);
    const share = shareOf(
      () => faults.failsRecord('orders', SHARD, NOW_MS) === 'ProvisionedThroughputExceededException',
    );
    expect(Math.abs(share - 0.2)).toBeLessThan(0.012);
    expect(faults.counts.throttle).toBe(Math.round(share * 20_000));
    expect(shareOf(() => faults.failsRecord('orders', 'shardId-000000000000', NOW_MS) !== undefined)).toBe(0);
    expect(shareOf(() => faults.decide(PUTS, NOW_MS) !== NO_FAULT)).toBe(0);
  });

  it.each([
    ['InternalFailure', 'InternalFailureException', 500, 'Internal service failure.'],
    [
      undefined,
      'ProvisionedThroughputExceededException',
      400,
      `Rate exceeded for shard ${SHARD} in stream orders under account 111111111111.`,
    ],
  ] as const)('throttling fails PutRecord and GetRecords as a whole, with code %s', (code, name, status, message) => {
    const faults = faultsOf({ kind: 'throttle', code });
    for (const call of [PUT, GET]) expect(faults.decide(call, NOW_MS).error).toEqual({ code: name, status, message });
    expect(faults.failsRecord('orders', SHARD, NOW_MS)).toBe(code ?? name);
    expect(faults.decide({ stream: 'orders', operation: 'DescribeStream' }, NOW_MS)).toBe(NO_FAULT);
  });

  it('throttling of PutRecord does not affect records of PutRecords', () => {
    const faults = faultsOf({ kind: 'throttle', operation: 'PutRecord' });
    expect(faults.failsRecord('orders', SHARD, NOW_MS)).toBeUndefined();
    expect(faults.decide(PUT, NOW_MS).error).toBeDefined();
    expect(faults.decide(GET, NOW_MS)).toBe(NO_FAULT);
    expect(faultsOf({ kind: 'error', code: 'X' }).failsRecords).toBe(false);
  });
});

describe('rules', () => {
  it('rules are added, listed with their counts, removed and replaced, and no id is used twice', () => {
    const faults = new Faults();
    const first = faults.add({ kind: 'latency', ms: 1 });
    const second = faults.add({ kind: 'lose-response' });
    faults.decide(PUT, NOW_MS);
    expect(faults.rules).toEqual([
      { id: first, rule: { kind: 'latency', ms: 1 }, injected: 1 },
      { id: second, rule: { kind: 'lose-response' }, injected: 1 },
    ]);
    expect(faults.remove(first)).toBe(true);
    expect(faults.remove(first)).toBe(false);
    expect(faults.decide(PUT, NOW_MS)).toEqual({ ...NO_FAULT, dropAfter: true });
    const replaced = faults.set([{ kind: 'throttle' }]);
    expect(new Set([first, second, ...replaced]).size).toBe(3);
    faults.clear();
    expect([faults.active, faults.failsRecords, faults.rules]).toEqual([false, false, []]);
    expect(faults.counts).toEqual({ ...nothing, latency: 1, 'lose-response': 2 });
  });

  it('rules affect the same calls for the same seed, others for another seed, and do not influence each other', () => {
    const rule = { kind: 'error', code: 'A', rate: 0.5 } as const;
    const pattern = (seed: number, others: readonly FaultRule[] = []) => {
      const faults = new Faults(seed);
      faults.set([rule, ...others]);
      return Array.from({ length: 200 }, () => faults.decide(PUT, NOW_MS).error?.code === 'A');
    };
    expect(pattern(1)).toEqual(pattern(1));
    expect(pattern(1)).not.toEqual(pattern(2));
    expect(
      pattern(1, [
        { kind: 'latency', ms: 1, rate: 0.5 },
        { ...rule, code: 'B' },
      ]),
    ).toEqual(pattern(1));
  });

  it('rules decide on at most one of drop, error and loss, and count every fault that they decide on', () => {
    const rate = fc.constantFrom(0, 0.5, 1);
    const rules = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constantFrom('drop-connection' as const, 'lose-response' as const), rate }),
        fc.record({ kind: fc.constant('error' as const), code: fc.constant('X'), rate }),
        fc.record({ kind: fc.constant('latency' as const), ms: fc.constant(5), rate }),
        fc.record({ kind: fc.constant('throttle' as const), rate }),
        fc.record({ kind: fc.constant('stall' as const), untilMs: fc.constant(NOW_MS + 9) }),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(rules, fc.array(fc.constantFrom(PUT, PUTS, GET), { maxLength: 20 }), (rules, calls) => {
        const faults = faultsOf(...rules);
        let outcomes = 0;
        let delays = 0;
        for (const call of calls) {
          const { dropBefore, dropAfter, error, delayMs } = faults.decide(call, NOW_MS);
          const happened = [dropBefore, dropAfter, error !== undefined].filter(Boolean).length;
          expect(happened).toBeLessThanOrEqual(1);
          outcomes += happened;
          delays += delayMs / 5;
        }
        const { latency, stall, ...rest } = faults.counts;
        expect(latency).toBe(delays);
        expect(stall).toBe(calls.length * rules.filter(({ kind }) => kind === 'stall').length);
        expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(outcomes);
      }),
    );
  });
});
