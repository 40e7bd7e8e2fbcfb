import type { Argv } from 'yargs';
import {
  chosen,
  DURATION,
  FILE,
  FLAG,
  FOLDER,
  NUMBER,
  PERCENT,
  RATE,
  REPEATABLE,
  SIZE,
  THRESHOLD,
  valued,
  WHOLE_NUMBER,
} from './option-kinds.ts';
import { planTraceLine } from './plan-trace-line.ts';

export const PLAN_FORMATS = ['terminal', 'html', 'markdown', 'json'] as const;

const USAGE = `Usage:
  $0 plan <input>                      A scenario or a recorded load
  $0 plan --rate <rate> --size <size>  A load from options`;

/** The options of `streamgauge plan`. */
export function planLine(command: Argv) {
  const own = command
    .usage(USAGE)
    .positional('input', {
      type: 'string',
      describe: 'Scenario, trace (NDJSON, CSV, log), CloudWatch metrics, sketch, or aws:STREAM',
    })
    .option('slo', {
      ...THRESHOLD,
      ...REPEATABLE,
      describe: "Threshold to meet, such as 'putToGet.p99 < 500ms'",
    })
    .option('headroom', { ...PERCENT, describe: 'Plan for a load that is larger by this share (default 0%)' })
    .option('growth', {
      ...valued('growth'),
      describe: 'Growth of the load, such as 5%/month: the plan shows when to scale',
    })
    .option('max-shards', { ...NUMBER, describe: 'Largest number of shards to try (default 10000)' })
    .option('prices', { ...FILE, describe: 'Price list, or JSON of the AWS Price List API' })
    .option('seed', { ...WHOLE_NUMBER, describe: "Seed of the simulation (default the scenario's, else 1)" })
    .option('verify', { ...FLAG, describe: 'Run the recommendation and one shard fewer on the engine' })
    .option('rate', { ...RATE, describe: 'Records per second, such as 5000/s' })
    .option('size', { ...SIZE, describe: 'Size of a record, such as 800B' })
    .option('keys', {
      ...valued('keys'),
      describe: 'Keys: uniform:COUNT, zipf:EXPONENT:COUNT, hot:SHARE:HOT:COUNT or one (default uniform:100000)',
    })
    .option('consumers', {
      ...valued('consumers'),
      describe: "Consumers: 2, or '1 fan-out, 2 polling:200ms' (default 1)",
    })
    .option('duration', { ...DURATION, describe: 'Length of the load (default 1m)' })
    .option('producers', { ...NUMBER, describe: 'Number of producers (default 1)' })
    .option('format', { ...chosen('format', PLAN_FORMATS), describe: 'Format of the output (default terminal)' })
    .option('json', { ...FLAG, describe: 'Print the plan as JSON' })
    .option('out', { ...FOLDER, describe: 'Also write plan.json into this folder, for compare' })
    .group(['slo', 'headroom', 'growth', 'max-shards', 'prices', 'seed', 'verify'], 'Plan:')
    .group(['rate', 'size', 'keys', 'consumers', 'duration', 'producers'], 'Load from options:')
    .example("$0 plan --rate 4000/s --size 800B --slo 'throttledRecords.ratio < 1%'", 'Plan for a load from options')
    .example('$0 plan web-clickstream --headroom 50% --verify', 'Plan for a larger scenario, and check the plan')
    .example('$0 plan access.csv --scale 10 --copy-keys new --out plan', 'Plan for ten times a recorded load');
  return planTraceLine(own).group(['format', 'json', 'out'], 'Output:').conflicts('json', 'format');
}
