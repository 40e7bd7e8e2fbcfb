import type { Argv } from 'yargs';

export function cutLine(command: Argv) {
  return command
    .positional('result', { type: 'string', demandOption: true, describe: 'Folder of a run, or its result.json' })
    .option('from', { type: 'string', requiresArg: true, describe: 'From this time of the run on, such as 30s' })
    .option('to', { type: 'string', requiresArg: true, describe: 'Up to this time, such as 90s' })
    .option('phase', { type: 'string', requiresArg: true, describe: 'The records of this phase' })
    .option('threshold', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: 'Judge by this one, not by those of the scenario; repeatable',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for the result  [results/<scenario>-cut]' })
    .option('force', { type: 'boolean', describe: 'Replace an earlier result in the folder instead of keeping both' })
    .option('json', { type: 'boolean', describe: 'Print the result as JSON instead of a summary' })
    .option('quiet', { type: 'boolean', describe: 'Print the verdict only' })
    .conflicts('json', 'quiet');
}
