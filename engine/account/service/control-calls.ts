import { type FaultRule, parseFaultRules } from '../../twin/fault-rules.ts';
import { InputError } from '../../twin/input-check.ts';
import type { Account } from '../account.ts';
import { VirtualClock } from '../clock.ts';
import { invalidArgument } from '../errors.ts';
import { OPERATIONS } from './operations.ts';

/** What a server answers beside Kinesis: calls that turn its clock and set its faults. JSON in, JSON out. */
export type ControlCalls = Readonly<Record<string, (body: unknown) => unknown>>;

const OPERATION_NAMES = [...Object.keys(OPERATIONS), 'SubscribeToShard', '*'];

export function controlCalls(account: Account): ControlCalls {
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
      if (body !== undefined && body !== null) faults.set(rulesOf(body));
      return { rules: faults.rules, injected: faults.counts };
    },
  };
}

/** Ten years: more than any rule looks back. What falls due on the way happens, and more of it would hold up everybody. */
const MOST_ADVANCE_MS = 10 * 365 * 86_400_000;

function advanceMsOf(body: unknown): number {
  if (body === undefined || body === null) return 0;
  if (typeof body !== 'object' || Array.isArray(body)) throw invalidArgument('clock: the body is not a JSON object.');
  const { advanceMs = 0, ...others }: { readonly advanceMs?: unknown } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalidArgument(`clock: ${unknown} is not known; send {"advanceMs": 60000}.`);
  if (typeof advanceMs === 'number' && advanceMs >= 0 && advanceMs <= MOST_ADVANCE_MS) return advanceMs;
  throw invalidArgument(
    `clock: advanceMs is not a number of ms from 0 to ${MOST_ADVANCE_MS}, ten years; send {"advanceMs": 60000}.`,
  );
}

function rulesOf(body: unknown): readonly FaultRule[] {
  try {
    return parseFaultRules(body, OPERATION_NAMES);
  } catch (error) {
    if (error instanceof InputError) throw invalidArgument(`faults: ${error.message}`);
    throw error;
  }
}
