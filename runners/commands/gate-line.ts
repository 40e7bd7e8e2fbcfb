import type { Argv } from 'yargs';
import {
  DURATION,
  FILE,
  FLAG,
  FOLDER,
  METRIC,
  NO_LIVE,
  PERCENT,
  QUIET,
  REPEATABLE,
  SCENARIO,
  valued,
  WHOLE_NUMBER,
  YES,
} from './option-kinds.ts';

const USAGE = `Usage:
  $0 gate <scenario> --baseline <side> --candidate <side>
  $0 gate calibrate <scenario>`;

/** Options of gate do not apply to its subcommand. */
const OWN = { global: false } as const;

/** The options of `gate`, which compares two targets in pairs of short runs. */
export function gateLine(command: Argv) {
  return sharedLine(command.usage(USAGE).group(['baseline', 'candidate'], 'Sides:'))
    .option('baseline', {
      ...valued('side'),
      ...OWN,
      demandOption: true,
      describe: 'Address, target, file, or cmd:COMMAND with {port}',
    })
    .option('candidate', {
      ...valued('side'),
      ...OWN,
      demandOption: true,
      describe: 'Side that may be worse, in the same form',
    })
    .option('markdown', { ...FILE, ...OWN, describe: 'Also write Markdown to this file' })
    .option('junit', { ...FILE, ...OWN, describe: 'Also write JUnit XML to this file' })
    .option('force', { ...FLAG, ...OWN, describe: 'Run although the calibration shows too much noise' })
    .group(['markdown', 'junit'], 'Output:')
    .example(
      '$0 gate web-clickstream --baseline http://127.0.0.1:4567 --candidate http://127.0.0.1:4568',
      'Compare two endpoints',
    )
    .example('$0 gate orders.yaml --baseline old.yaml --candidate new.yaml --tolerance 3%', 'Compare two targets')
    .example(
      "$0 gate orders.yaml --baseline 'cmd:./old --port {port}' --candidate 'cmd:./new --port {port}'",
      'Start both servers for each pair of runs',
    );
}

/** The options of `gate calibrate`. */
export function gateCalibrateLine(command: Argv) {
  return sharedLine(command.usage('Usage: $0 gate calibrate <scenario>').group(['baseline'], 'Sides:'))
    .option('baseline', {
      ...valued('side'),
      describe: "Side to run against itself (default the scenario's target)",
    })
    .example('$0 gate calibrate orders.yaml', 'Measure the noise of the target in the scenario')
    .example('$0 gate calibrate orders.yaml --max-duration 5m', 'Measure half as long')
    .example('$0 gate calibrate orders.yaml --baseline http://127.0.0.1:4567', 'Measure the noise of an endpoint');
}

function sharedLine(command: Argv) {
  return command
    .positional('scenario', SCENARIO)
    .option('metric', {
      ...METRIC,
      ...REPEATABLE,
      ...OWN,
      describe: 'Metric that decides the verdict (default putToGet.p50)',
    })
    .option('tolerance', { ...PERCENT, ...OWN, describe: 'Slowdown that a PASS rules out (default 5%)' })
    .option('floor', {
      ...PERCENT,
      ...OWN,
      describe: 'Slowdown below which nothing fails (default half of --tolerance)',
    })
    .option('block', { ...DURATION, ...OWN, describe: 'Recorded part of a block (default 2s)' })
    .option('max-duration', { ...DURATION, ...OWN, describe: 'Time limit for all blocks (default 10m)' })
    .option('max-pairs', { ...WHOLE_NUMBER, ...OWN, describe: 'Limit of pairs (default 200)' })
    .option('seed', { ...WHOLE_NUMBER, ...OWN, describe: "Seed of the first pair (default the scenario's)" })
    .option('out', { ...FOLDER, ...OWN, describe: 'Folder for the result (default results/gate/<scenario>)' })
    .option('json', { ...FLAG, ...OWN, describe: 'Print the result as JSON' })
    .option('quiet', { ...QUIET, ...OWN })
    .option('no-live', { ...NO_LIVE, ...OWN })
    .option('yes', { ...YES, ...OWN })
    .conflicts('json', 'quiet')
    .group(['metric', 'tolerance', 'floor'], 'Verdict:')
    .group(['block', 'max-duration', 'max-pairs', 'seed'], 'Blocks:')
    .group(['out', 'json', 'quiet', 'no-live'], 'Output:');
}

/** The options that both commands share, in the form in which yargs parses them. */
export type GateSharedLine = Awaited<ReturnType<typeof sharedLine>['argv']>;
export type GateLine = Awaited<ReturnType<typeof gateLine>['argv']>;
export type GateCalibrateLine = Awaited<ReturnType<typeof gateCalibrateLine>['argv']>;
