import type { Argv } from 'yargs';

export function reportLine(command: Argv) {
  return command
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders of runs or of gates, or their files',
    })
    .option('format', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe:
        'terminal, markdown, html, junit, csv, hlog, prometheus, openmetrics, json; several by commas  [terminal]',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'File for one format, folder for several' })
    .option('csv-by', { type: 'string', requiresArg: true, describe: 'Rows a second and shard, workload or consumer' })
    .option('threshold', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: 'Judge again by this one, such as "putToGet.p99 < 70ms"; repeatable',
    })
    .option('judge', { type: 'boolean', describe: "End with the verdict's exit code" })
    .option('json', { type: 'boolean', describe: 'The same as --format json' });
}
