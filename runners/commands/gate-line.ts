import type { Argv } from 'yargs';
import { GATE_HISTORY_FLAGS, gateHistoryLine } from './gate-history-line.ts';

/** Options of the paired form and of calibrate alone. */
export const GATE_PAIRED_FLAGS = [
  'baseline',
  'candidate',
  'tolerance',
  'floor',
  'block',
  'max-duration',
  'max-pairs',
  'out',
  'seed',
  'quiet',
  'junit',
  'no-live',
  'force',
  'yes',
] as const;

const SHARED_FLAGS: readonly string[] = ['metric', 'json', 'markdown'];

/** What only the form against a history knows. */
export const HISTORY_ONLY_FLAGS = GATE_HISTORY_FLAGS.filter((flag) => !SHARED_FLAGS.includes(flag));

const USAGE = `Usage:
  $0 gate SCENARIO --baseline A --candidate B   in pairs of short runs
  $0 gate calibrate SCENARIO                    what that can tell here
  $0 gate RESULT --history DIR                  against earlier results`;

/**
 * The options of `streamgauge gate`, which has three forms: `gate SCENARIO --baseline A --candidate B`,
 * `gate calibrate SCENARIO`, and `gate RESULT --history DIR`.
 */
export function gateLine(command: Argv) {
  return gateHistoryLine(command.usage(USAGE))
    .positional('input', { type: 'string', describe: 'A scenario, a result, or the word calibrate' })
    .positional('scenario', { type: 'string', describe: 'The scenario, after calibrate' })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'Address, target, file, or cmd:COMMAND with {port}',
    })
    .option('candidate', { type: 'string', requiresArg: true, describe: 'The same, for what may be worse' })
    .option('tolerance', { type: 'string', requiresArg: true, describe: 'PASS excludes this much worse  [5%]' })
    .option('floor', { type: 'string', requiresArg: true, describe: 'FAIL needs this much worse  [half of it]' })
    .option('block', { type: 'string', requiresArg: true, describe: 'Recorded part of a block  [2s]' })
    .option('max-duration', { type: 'string', requiresArg: true, describe: 'For all blocks  [10m]' })
    .option('max-pairs', { type: 'string', requiresArg: true, describe: 'However much time there is  [200]' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for records  [results/gate/<scenario>]' })
    .option('seed', { type: 'string', requiresArg: true, describe: "Of the first pair, instead of the scenario's" })
    .option('quiet', { type: 'boolean', describe: 'Print the verdict only' })
    .option('junit', { type: 'string', requiresArg: true, describe: 'Also write JUnit XML to this file' })
    .option('no-live', { type: 'boolean', describe: 'Draw nothing while it goes on' })
    .option('force', { type: 'boolean', describe: 'Though the calibration says the gate is too tight' })
    .option('yes', { type: 'boolean', describe: 'Start without asking, whatever it would cost' })
    .group([...GATE_PAIRED_FLAGS], 'Two targets, and calibrate:')
    .group(HISTORY_ONLY_FLAGS, 'Against a history:')
    .conflicts('json', 'quiet');
}

/** What yargs makes of them. */
export type GateLine = Awaited<ReturnType<typeof gateLine>['argv']>;
