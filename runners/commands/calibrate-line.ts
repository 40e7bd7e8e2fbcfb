import type { Argv } from 'yargs';

const USAGE = `Usage:
  $0 calibrate TARGET                  measure it, write profile.json
  $0 calibrate TARGET --check PROFILE  compare it with its twin`;

/** The options of `streamgauge calibrate`, which has two forms. */
export function calibrateLine(command: Argv) {
  return command
    .usage(USAGE)
    .positional('target', {
      type: 'string',
      demandOption: true,
      describe: 'kinesis:STREAM, noop, engine, a target as in a scenario, or a file',
    })
    .option('check', {
      type: 'string',
      requiresArg: true,
      describe: 'Compare the target with the twin of this profile',
    })
    .option('endpoint', { type: 'string', requiresArg: true, describe: 'Endpoint of a kinesis target' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Profile to write  [profile.json]' })
    .option('name', { type: 'string', requiresArg: true, describe: 'Name of the profile  [the target]' })
    .option('rate', { type: 'string', requiresArg: true, describe: 'Rate of the latency runs  [200/s]' })
    .option('size', { type: 'string', requiresArg: true, describe: 'Payload of their records  [1KB]' })
    .option('poll-interval', { type: 'string', requiresArg: true, describe: 'Time between two polls  [200ms]' })
    .option('duration', {
      type: 'string',
      requiresArg: true,
      describe: 'Length of a latency run  [30s, with --check 10s]',
    })
    .option('runs', { type: 'string', requiresArg: true, describe: 'Runs of each side with --check  [5]' })
    .option('overload', {
      type: 'string',
      requiresArg: true,
      describe: 'Records to one shard to find its limit  [2000/s]',
    })
    .option('overload-bytes', { type: 'string', requiresArg: true, describe: 'Bytes to one shard likewise  [2MB/s]' })
    .option('probe', { type: 'string', requiresArg: true, describe: 'Length of the probes at 95% and 105%  [10s]' })
    .option('no-limits', { type: 'boolean', describe: 'Measure latencies only' })
    .option('seed', { type: 'string', requiresArg: true, describe: 'Seed of the load  [1]' })
    .option('force', { type: 'boolean', describe: 'Overwrite the profile if it exists' })
    .option('yes', { type: 'boolean', describe: 'Start without asking, whatever it would cost' })
    .option('json', { type: 'boolean', describe: 'Print JSON' })
    .option('quiet', { type: 'boolean', describe: 'Print no progress' });
}

/** The options as yargs parses them. */
export type CalibrateLine = Awaited<ReturnType<typeof calibrateLine>['argv']>;
