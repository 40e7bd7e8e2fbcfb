import type { Argv } from 'yargs';
import { planTraceLine } from './plan-trace-line.ts';

export const PLAN_FORMATS = ['terminal', 'html', 'markdown', 'json'] as const;

export function planLine(command: Argv) {
  const own = command
    .positional('input', {
      type: 'string',
      describe:
        'Scenario, trace (NDJSON, CSV, log), CloudWatch metrics, sketch, or aws:STREAM; without it, --rate and --size',
    })
    .option('slo', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: "Threshold that the shards must hold, such as 'putToGet.p99 < 500ms'; may be repeated",
    })
    .option('headroom', { type: 'string', requiresArg: true, describe: 'Plan for a load so much larger  [0%]' })
    .option('growth', {
      type: 'string',
      requiresArg: true,
      describe: 'Growth of the load, such as 5%/month: when to scale',
    })
    .option('rate', { type: 'string', requiresArg: true, describe: 'Records a second, such as 5000/s' })
    .option('size', { type: 'string', requiresArg: true, describe: 'Size of a record, such as 800B' })
    .option('keys', {
      type: 'string',
      requiresArg: true,
      describe: 'uniform:COUNT, zipf:EXPONENT:COUNT, hot:SHARE:HOT:COUNT or one  [uniform:100000]',
    })
    .option('consumers', {
      type: 'string',
      requiresArg: true,
      describe: "Such as 2, or '1 fan-out, 2 polling:200ms'  [1]",
    })
    .option('duration', { type: 'string', requiresArg: true, describe: 'Length of the load from flags  [1m]' })
    .option('producers', { type: 'number', requiresArg: true, describe: 'Number of producers  [1]' })
    .option('prices', { type: 'string', requiresArg: true, describe: 'Price list, or JSON of the AWS Price List API' })
    .option('max-shards', { type: 'number', requiresArg: true, describe: 'Largest number of shards to try  [10000]' })
    .option('seed', { type: 'string', requiresArg: true, describe: 'Seed of the simulation' })
    .option('verify', { type: 'boolean', describe: 'Run the recommendation and one shard fewer on the engine' })
    .option('format', { choices: PLAN_FORMATS, requiresArg: true, describe: 'Form of the output  [terminal]' })
    .option('json', { type: 'boolean', describe: 'Print JSON' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for plan.json, for compare' });
  return planTraceLine(own).conflicts('json', 'format');
}
