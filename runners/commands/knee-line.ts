import type { Argv } from 'yargs';

/** The options of `streamgauge knee`. */
export function kneeLine(command: Argv) {
  return command
    .positional('scenario', { type: 'string', demandOption: true, describe: 'A file, or a name that `list` shows' })
    .option('slo', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: "Threshold that a sustainable rate meets; repeatable  [the scenario's]",
    })
    .option('shards', { type: 'string', requiresArg: true, describe: 'Numbers of shards to search: 1..8, or 1,2,4,8' })
    .option('trial', { type: 'string', requiresArg: true, describe: 'Recorded part of a trial  [10s]' })
    .option('warm-up', { type: 'string', requiresArg: true, describe: 'Load before it  [a fifth of the trial]' })
    .option('from', { type: 'string', requiresArg: true, describe: "Rate of the first trial  [the scenario's]" })
    .option('to', { type: 'string', requiresArg: true, describe: 'Highest rate to try  [100M/s]' })
    .option('resolution', { type: 'string', requiresArg: true, describe: "Distance of the interval's ends  [0.5%]" })
    .option('confirm', { type: 'string', requiresArg: true, describe: 'Trials that must confirm the lower end  [5]' })
    .option('burst', {
      type: 'string',
      requiresArg: true,
      describe: 'Time of its limit that an idle target saves up  [1s with limits, else 0s]',
    })
    .option('no-descent', { type: 'boolean', describe: 'Do not search again from an overload down' })
    .option('max-duration', { type: 'string', requiresArg: true, describe: 'Time for all trials  [15m]' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for knee.json  [results/knee/<scenario>]' })
    .option('format', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: 'Also write html, markdown or json into the folder',
    })
    .option('json', { type: 'boolean', describe: 'Print the result as JSON' })
    .option('quiet', { type: 'boolean', describe: 'Print the interval only' })
    .option('seed', { type: 'string', requiresArg: true, describe: "Use this seed instead of the scenario's own" })
    .option('no-live', { type: 'boolean', describe: 'Draw nothing while it goes on' })
    .option('force', { type: 'boolean', describe: 'Replace an earlier knee.json instead of keeping both' })
    .option('yes', { type: 'boolean', describe: 'Start without asking, whatever it would cost' })
    .conflicts('json', 'quiet');
}

/** The options as yargs parses them. */
export type KneeLine = Awaited<ReturnType<typeof kneeLine>['argv']>;
