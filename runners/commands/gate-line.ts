import type { Argv } from 'yargs';

const USAGE = `Usage:
  $0 gate <scenario> --baseline A --candidate B
  $0 gate calibrate <scenario>`;

/** The options of `gate`, which compares two targets in pairs of short runs. */
export function gateLine(command: Argv) {
  return sharedLine(command.usage(USAGE))
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      global: false,
      demandOption: true,
      describe: 'Address, target, file, or cmd:COMMAND with {port}',
    })
    .option('candidate', {
      type: 'string',
      requiresArg: true,
      global: false,
      demandOption: true,
      describe: 'The side that may be worse; as --baseline',
    })
    .option('markdown', {
      type: 'string',
      requiresArg: true,
      global: false,
      describe: 'Also write Markdown to this file',
    })
    .option('junit', {
      type: 'string',
      requiresArg: true,
      global: false,
      describe: 'Also write JUnit XML to this file',
    })
    .option('force', { type: 'boolean', global: false, describe: 'Run although the calibration shows too much noise' })
    .group(['baseline', 'candidate'], 'Sides:')
    .group(['markdown', 'junit'], 'Output:');
}

/** The options of `gate calibrate`. */
export function gateCalibrateLine(command: Argv) {
  return sharedLine(command.usage('Usage: $0 gate calibrate <scenario> [options]'))
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: "Side to run against itself  [the scenario's target]",
    })
    .example('$0 gate calibrate checkout.yaml', 'noise of the target in the scenario')
    .example('$0 gate calibrate checkout.yaml --max-duration 5m', 'in half of the time')
    .example('$0 gate calibrate checkout.yaml --baseline http://127.0.0.1:4567', 'noise of an endpoint');
}

function sharedLine(command: Argv) {
  const shared = { requiresArg: true, type: 'string', global: false } as const;
  return command
    .positional('scenario', {
      type: 'string',
      demandOption: true,
      describe: 'File of a scenario, or a name that `list` shows',
    })
    .option('metric', { ...shared, array: true, describe: 'Metric that decides the verdict  [putToGet.p50]' })
    .option('tolerance', { ...shared, describe: 'Slowdown that a PASS rules out  [5%]' })
    .option('floor', { ...shared, describe: 'Slowdown below which nothing fails  [half of --tolerance]' })
    .option('block', { ...shared, describe: 'Recorded part of a block  [2s]' })
    .option('max-duration', { ...shared, describe: 'Time limit for all blocks  [10m]' })
    .option('max-pairs', { ...shared, describe: 'Limit of pairs  [200]' })
    .option('seed', { ...shared, describe: "Seed of the first pair  [the scenario's]" })
    .option('out', { ...shared, describe: 'Folder for the result  [results/gate/<scenario>]' })
    .option('json', { type: 'boolean', global: false, describe: 'Print JSON' })
    .option('quiet', { type: 'boolean', global: false, describe: 'Print the verdict only' })
    .option('no-live', { type: 'boolean', global: false, describe: 'Do not draw progress' })
    .option('yes', { type: 'boolean', global: false, describe: 'Accept AWS charges without a prompt' })
    .conflicts('json', 'quiet')
    .group(['metric', 'tolerance', 'floor'], 'Verdict:')
    .group(['block', 'max-duration', 'max-pairs', 'seed'], 'Blocks:')
    .group(['out', 'json', 'quiet', 'no-live'], 'Output:');
}

/** The options that both commands share, in the form in which yargs parses them. */
export type GateSharedLine = Awaited<ReturnType<typeof sharedLine>['argv']>;
export type GateLine = Awaited<ReturnType<typeof gateLine>['argv']>;
export type GateCalibrateLine = Awaited<ReturnType<typeof gateCalibrateLine>['argv']>;
