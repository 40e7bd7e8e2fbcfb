import type { Argv } from 'yargs';
import { FLAG, REPEATABLE, THRESHOLD, valued } from './option-kinds.ts';

/** The options of `streamgauge report`. */
export function reportLine(command: Argv) {
  return command
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders of runs, gates or calibrations, or their files',
    })
    .option('threshold', {
      ...THRESHOLD,
      ...REPEATABLE,
      describe: 'Judge by this threshold: "putToGet.p99 < 70ms"',
    })
    .option('judge', { ...FLAG, describe: "End with the verdict's exit code" })
    .option('format', {
      ...valued('formats'),
      ...REPEATABLE,
      describe:
        'terminal, markdown, html, junit, csv, hlog, prometheus, openmetrics or json, several with commas (default terminal)',
    })
    .option('json', { ...FLAG, describe: 'Short for --format json' })
    .option('csv-by', {
      ...valued('rows'),
      describe: 'Rows of CSV: one per second, shard, workload or consumer (default second)',
    })
    .option('out', { ...valued('path'), describe: 'File for one format, folder for several (default stdout)' })
    .group(['threshold', 'judge'], 'Verdict:')
    .group(['format', 'json', 'csv-by', 'out'], 'Output:')
    .example('$0 report results/web-clickstream', 'Print the summary of a run')
    .example('$0 report results/orders --format html,junit --out reports', 'Write two reports into a folder')
    .example("$0 report results/orders --threshold 'putToGet.p99 < 70ms' --judge", 'Judge a run by another threshold');
}
