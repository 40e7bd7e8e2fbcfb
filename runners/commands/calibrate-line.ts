import type { Argv } from 'yargs';
import { DURATION, FILE, FLAG, RATE, SIZE, URL_VALUE, valued, WHOLE_NUMBER, YES } from './option-kinds.ts';

const USAGE = `Usage:
  $0 calibrate <target>                    Write a profile
  $0 calibrate <target> --check <profile>  Compare with the twin`;

/** The options of `streamgauge calibrate`, which has two forms. */
export function calibrateLine(command: Argv) {
  return command
    .usage(USAGE)
    .positional('target', {
      type: 'string',
      demandOption: true,
      describe: 'kinesis:STREAM, noop, engine, a target as in a scenario, or a file',
    })
    .option('out', { ...FILE, describe: 'Profile to write (default profile.json)' })
    .option('name', { ...valued('name'), describe: 'Name of the profile (default the target)' })
    .option('force', { ...FLAG, describe: 'Overwrite the profile if it exists' })
    .option('check', { ...valued('profile'), describe: 'Compare the target with the twin of this profile' })
    .option('runs', { ...WHOLE_NUMBER, describe: 'Runs of each side with --check (default 5)' })
    .option('rate', { ...RATE, describe: 'Rate of the latency runs (default 200/s)' })
    .option('size', { ...SIZE, describe: 'Payload of their records (default 1KB)' })
    .option('poll-interval', { ...DURATION, describe: 'Time between two polls (default 200ms)' })
    .option('duration', { ...DURATION, describe: 'Length of a latency run (default 30s, with --check 10s)' })
    .option('seed', { ...WHOLE_NUMBER, describe: 'Seed of the load (default 1)' })
    .option('overload', { ...RATE, describe: 'Records to one shard to find its limit (default 2000/s)' })
    .option('overload-bytes', { ...RATE, describe: 'Bytes to one shard to find its limit (default 2MB/s)' })
    .option('probe', { ...DURATION, describe: 'Length of the probes at 95% and 105% of the limit (default 10s)' })
    .option('no-limits', { ...FLAG, describe: 'Measure latencies only' })
    .option('json', { ...FLAG, describe: 'Print the result as JSON' })
    .option('quiet', { ...FLAG, describe: 'Print no progress' })
    .option('endpoint', { ...URL_VALUE, describe: 'Endpoint of a kinesis target (default AWS)' })
    .option('yes', YES)
    .group(['out', 'name', 'force'], 'Profile:')
    .group(['check', 'runs'], 'Check:')
    .group(['rate', 'size', 'poll-interval', 'duration', 'seed'], 'Latency runs:')
    .group(['overload', 'overload-bytes', 'probe', 'no-limits'], 'Limits:')
    .group(['json', 'quiet'], 'Output:')
    .example('$0 calibrate kinesis:orders --out orders.json', 'Measure a stream on AWS')
    .example('$0 calibrate kinesis:orders --endpoint http://127.0.0.1:4567', 'Measure a stream of another server')
    .example('$0 calibrate kinesis:orders --check orders.json', 'Compare the stream with its twin');
}

/** The options as yargs parses them. */
export type CalibrateLine = Awaited<ReturnType<typeof calibrateLine>['argv']>;
