import type { Argv } from 'yargs';

export function mergeLine(command: Argv) {
  return command
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders of run --part, or their result.json',
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for the result  [results/<scenario>-merged]',
    })
    .option('allow-missing', { type: 'boolean', describe: 'Merge although parts are missing; the result is INVALID' })
    .option('allow-apart', { type: 'boolean', describe: 'Parts need not have run at the same time' })
    .option('force', { type: 'boolean', describe: 'Replace an earlier result in the folder instead of keeping both' })
    .option('json', { type: 'boolean', describe: 'Print the result as JSON instead of a summary' })
    .option('quiet', { type: 'boolean', describe: 'Print the verdict only' })
    .conflicts('json', 'quiet');
}
