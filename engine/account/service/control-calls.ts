import { isErrorOf } from '../../../errors/streamgauge-error.ts';
import { ENGINE_ERRORS } from '../../errors.ts';
import { type FaultRule, parseFaultRules } from '../../twin/fault-rules.ts';
import type { Account } from '../account.ts';
import { VirtualClock } from '../clock.ts';
import { invalidArgument } from '../errors.ts';
import { OPERATION_NAMES } from './operations.ts';

/** Calls that a server offers besides Kinesis: they advance its clock and set its faults. JSON in, JSON out. */
export type ControlCalls = Readonly<Record<string, (body: unknown) => unknown>>;

const RULE_OPERATIONS = [...OPERATION_NAMES, '*'];

/** @param otherOperations operations of other services that rules can name, too. */
export function controlCalls(account: Account, otherOperations: Iterable<string> = []): ControlCalls {
  return {
    clock: (body) => {
      const advanceMs = advanceMsOf(body);
      const { clock } = account;
      if (!(clock instanceof VirtualClock)) {
        if (advanceMs === 0) return { nowMs: clock.nowMs(), virtual: false };
        throw invalidArgument('clock: this engine runs on the real clock; start it with --clock virtual.');
      }
      clock.advance(advanceMs);
      return { nowMs: clock.nowMs(), virtual: true };
    },
    faults: (body) => {
      const { faults } = account;
      // No body asks what there is; a list of rules takes the place of those before.
      if (body !== undefined && body !== null) faults.set(rulesOf(body, [...RULE_OPERATIONS, ...otherOperations]));
      return { rules: faults.rules, injected: faults.counts };
    },
  };
}

/** Ten years, more than any rule looks back. Everything that falls due meanwhile runs, so more would block other calls. */
const ADVANCE_MS_MAX = 10 * 365 * 86_400_000;

function advanceMsOf(body: unknown): number {
  if (body === undefined || body === null) return 0;
  if (typeof body !== 'object' || Array.isArray(body)) throw invalidArgument('clock: the body is not a JSON object.');
  const { advanceMs = 0, ...others }: { readonly advanceMs?: unknown } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalidArgument(`clock: ${unknown} is not known; send {"advanceMs": 60000}.`);
  if (typeof advanceMs === 'number' && advanceMs >= 0 && advanceMs <= ADVANCE_MS_MAX) return advanceMs;
  throw invalidArgument(
    `clock: advanceMs is not a number of ms from 0 to ${ADVANCE_MS_MAX}, ten years; send {"advanceMs": 60000}.`,
  );
}

function rulesOf(body: unknown, operations: readonly string[]): readonly FaultRule[] {
  try {
    return parseFaultRules(body, operations);
  } catch (error) {
    if (isErrorOf(ENGINE_ERRORS, error)) throw invalidArgument(`faults: ${error.message}`);
    throw error;
  }
}
