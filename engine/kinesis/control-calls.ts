import { VirtualClock } from '../clock.ts';
import { parseFaultRules } from '../twin/fault-rules.ts';
import type { Account } from './account.ts';
import { invalidArgument } from './errors.ts';
import { OPERATIONS } from './operations.ts';

/** What a server answers beside Kinesis: calls that turn its clock and set its faults. JSON in, JSON out. */
export type ControlCalls = Readonly<Record<string, (body: unknown) => unknown>>;

const OPERATION_NAMES = [...Object.keys(OPERATIONS), 'SubscribeToShard', '*'];

export function controlCalls(account: Account): ControlCalls {
  return {
    clock: (body) => {
      const { advanceMs = 0 } = objectOf(body, 'clock');
      if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) {
        throw invalidArgument('clock: advanceMs is not a number of ms from 0; send {"advanceMs": 60000}.');
      }
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
      if (body !== undefined && body !== null) faults.set(parseFaultRules(body, OPERATION_NAMES));
      return { rules: faults.rules, injected: faults.counts };
    },
  };
}

function objectOf(body: unknown, call: string): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null) return {};
  if (typeof body === 'object' && !Array.isArray(body)) return { ...body };
  throw invalidArgument(`${call}: the body is not a JSON object.`);
}
