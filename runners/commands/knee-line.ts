import type { Argv } from 'yargs';
import {
  DURATION,
  FLAG,
  FOLDER,
  FORCE,
  JSON_RESULT,
  NO_LIVE,
  PERCENT,
  RATE,
  REPEATABLE,
  SCENARIO,
  SEED,
  THRESHOLD,
  valued,
  WHOLE_NUMBER,
  YES,
} from './option-kinds.ts';

/** The options of `streamgauge knee`. */
export function kneeLine(command: Argv) {
  return command
    .positional('scenario', SCENARIO)
    .option('slo', {
      ...THRESHOLD,
      ...REPEATABLE,
      describe: "Threshold that a sustainable rate meets (default the scenario's)",
    })
    .option('from', { ...RATE, describe: "Rate of the first trial (default the scenario's)" })
    .option('to', { ...RATE, describe: 'Highest rate to try (default 100M/s)' })
    .option('resolution', { ...PERCENT, describe: 'Width of the resulting interval (default 0.5%)' })
    .option('confirm', { ...WHOLE_NUMBER, describe: 'Trials that must confirm the lower end (default 5)' })
    .option('no-descent', { ...FLAG, describe: 'Skip the trials after an overload' })
    .option('shards', { ...valued('numbers'), describe: 'Numbers of shards to search: 1..8, or 1,2,4,8' })
    .option('trial', { ...DURATION, describe: 'Recorded part of a trial (default 10s)' })
    .option('warm-up', { ...DURATION, describe: 'Load before the recorded part (default a fifth of it)' })
    .option('burst', {
      ...DURATION,
      describe: 'Time for which an idle target saves its limit for a burst (default 1s with limits, else 0s)',
    })
    .option('max-duration', { ...DURATION, describe: 'Time limit for all trials (default 15m)' })
    .option('seed', SEED)
    .option('out', { ...FOLDER, describe: 'Folder for the result (default results/knee/<scenario>)' })
    .option('force', FORCE)
    .option('format', {
      ...valued('formats'),
      ...REPEATABLE,
      describe: 'Also write html, markdown or json into the folder',
    })
    .option('json', JSON_RESULT)
    .option('quiet', { ...FLAG, describe: 'Print the interval only' })
    .option('no-live', NO_LIVE)
    .option('yes', YES)
    .conflicts('json', 'quiet')
    .group(['slo', 'from', 'to', 'resolution', 'confirm', 'no-descent', 'shards'], 'Search:')
    .group(['trial', 'warm-up', 'burst', 'max-duration', 'seed'], 'Trials:')
    .group(['out', 'force', 'format', 'json', 'quiet', 'no-live'], 'Output:')
    .example('$0 knee web-clickstream', 'Find the highest rate that meets the thresholds of the scenario')
    .example("$0 knee orders.yaml --slo 'putToGet.p99 < 70ms' --format html", 'Search for one objective')
    .example('$0 knee orders.yaml --shards 1,2,4,8 --max-duration 1h', 'Search for several numbers of shards');
}

/** The options as yargs parses them. */
export type KneeLine = Awaited<ReturnType<typeof kneeLine>['argv']>;
