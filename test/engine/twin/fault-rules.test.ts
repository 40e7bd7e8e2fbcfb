import { describe, expect, it } from 'vitest';
import { ENGINE_ERRORS } from '../../../engine/errors.ts';
import { FAULT_KINDS, parseFaultRules } from '../../../engine/twin/fault-rules.ts';
import { isErrorOf } from '../../../errors/streamgauge-error.ts';

const UNTIL_MS = 1_764_000_000_000;

function problemsOf(value: unknown, operations?: readonly string[]): string[] {
  try {
    parseFaultRules(value, operations);
  } catch (error) {
    if (!isErrorOf(ENGINE_ERRORS, error)) throw error;
    expect(error.code).toBe('FAULT_RULES_INVALID');
    for (const { what, fix } of error.problems) for (const text of [what, fix]) expect(text).toMatch(/^[^\s].*\.$/);
    return error.problems.map(({ code, path }) => `${path} ${code}`.trim());
  }
  return [];
}

describe('fault rules from outside', () => {
  it('accepts fault rules of every kind without a change', () => {
    const rules = [
      { kind: 'error', code: 'InternalFailureException', rate: 0.1, stream: 'orders', operation: 'PutRecords' },
      { kind: 'latency', ms: 250, shard: 'shardId-000000000003', fromMs: 0, untilMs: UNTIL_MS },
      { kind: 'stall', untilMs: UNTIL_MS },
      { kind: 'drop-connection', rate: 1 },
      { kind: 'lose-response' },
      { kind: 'throttle', code: 'InternalFailure', operation: 'PutRecords', shard: 'shardId-000000000000' },
    ];
    expect(rules.map(({ kind }) => kind)).toEqual(FAULT_KINDS);
    // toEqual ignores undefined fields.
    expect(parseFaultRules(JSON.parse(JSON.stringify(rules)))).toEqual(rules);
    expect(parseFaultRules([])).toEqual([]);
    expect(parseFaultRules([{ kind: 'lose-response', operation: '*' }])).toEqual([{ kind: 'lose-response' }]);
  });

  it('a fault rule contains a latency profile in the form of its file', () => {
    const ms = {
      quantiles: [
        { p: 0, ms: 1 },
        { p: 1, ms: 2 },
      ],
    };
    const [rule] = parseFaultRules([{ kind: 'latency', ms }]);
    expect(rule).toMatchObject({
      ms: {
        quantiles: [
          { p: 0, ns: 1e6 },
          { p: 1, ns: 2e6 },
        ],
      },
    });
    expect(problemsOf([{ kind: 'latency', ms: { quantiles: [{ p: 0, ms: 1 }] } }])).toEqual(['[0].ms.quantiles EMPTY']);
  });

  it('rejects fault rules with all problems of all rules, each with its place', () => {
    expect(problemsOf(undefined)).toEqual(['MISSING']);
    expect(problemsOf({})).toEqual(['WRONG_TYPE']);
    expect(problemsOf([7, { kind: 'eror' }, {}])).toEqual([
      '[0] WRONG_TYPE',
      '[1].kind NOT_A_CHOICE',
      '[2].kind MISSING',
    ]);
    expect(
      problemsOf([
        { kind: 'error', rate: 1.5, status: 200, ms: 3 },
        { kind: 'latency', code: 'X' },
        { kind: 'latency', ms: -1 },
        { kind: 'drop-connection', stream: 7, shard: 'shard-1', operation: '', fromMs: 'now' },
        { kind: 'throttle', code: 'ThrottlingException' },
      ]),
    ).toEqual([
      '[0].ms UNKNOWN_KEY',
      '[0].rate OUT_OF_RANGE',
      '[0].code MISSING',
      '[0].status OUT_OF_RANGE',
      '[1].code UNKNOWN_KEY',
      '[1].ms MISSING',
      '[2].ms OUT_OF_RANGE',
      '[3].stream WRONG_TYPE',
      '[3].shard OUT_OF_RANGE',
      '[3].operation WRONG_TYPE',
      '[3].fromMs WRONG_TYPE',
      '[4].code NOT_A_CHOICE',
    ]);
  });

  it('rejects fault rules that could never have an effect', () => {
    const shard = 'shardId-000000000000';
    expect(
      problemsOf([
        { kind: 'stall' },
        { kind: 'lose-response', fromMs: UNTIL_MS, untilMs: UNTIL_MS },
        { kind: 'throttle', operation: 'DescribeStream' },
        { kind: 'error', code: 'X', operation: 'PutRecords', shard },
      ]),
    ).toEqual(['[0].untilMs MISSING', '[1].untilMs CONFLICT', '[2].operation CONFLICT', '[3].shard CONFLICT']);
  });

  it('rejects fault rules for operations that the service does not have', () => {
    const rules = [
      { kind: 'lose-response', operation: 'PutRecord' },
      { kind: 'lose-response', operation: 'PutRecrds' },
    ];
    expect(problemsOf(rules)).toEqual([]);
    expect(problemsOf(rules, ['PutRecord', 'PutRecords'])).toEqual(['[1].operation NOT_A_CHOICE']);
  });

  it('the error of fault rules has the problem and the next step', () => {
    expect(() => parseFaultRules([{ kind: 'error', code: 'X', rate: 20 }])).toThrow(
      'FAULT_RULES_INVALID the list of fault rules has 1 problem:\n  [0].rate: OUT_OF_RANGE 20 is out of range. Give a share from 0 to 1.',
    );
    expect(() => parseFaultRules([{ kind: 'stal' }])).toThrow(
      '[0].kind: NOT_A_CHOICE "stal" is none of the choices. Give error, latency, stall, drop-connection, lose-response or throttle.',
    );
  });
});
