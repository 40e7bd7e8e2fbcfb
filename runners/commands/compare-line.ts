import type { Argv } from 'yargs';
import { FLAG, PERCENT, valued } from './option-kinds.ts';

const USAGE = `Usage:
  $0 compare <results..>                   Results with the first one
  $0 compare <results..> --with <results>  Several runs of two sides
  $0 compare <knees..>                     Two knees
  $0 compare <plans..>                     Two plans`;

/** The options of `streamgauge compare`. */
export function compareLine(command: Argv) {
  return command
    .usage(USAGE)
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders or files of results, knees or plans',
    })
    .option('with', { ...valued('results'), array: true, describe: 'Runs of the other side' })
    .option('floor', { ...PERCENT, describe: 'Change below which results count as equal (default 2%)' })
    .option('force', { ...FLAG, describe: 'Compare although scenarios or machines differ, with a warning' })
    .option('json', { ...FLAG, describe: 'Print the whole comparison as JSON' })
    .group(['with', 'floor', 'force'], 'Comparison:')
    .group(['json'], 'Output:')
    .example('$0 compare results/before results/after', 'Compare two runs')
    .example('$0 compare before-1 before-2 --with after-1 after-2', 'Compare two sides of several runs each')
    .example('$0 compare results/knee/before results/knee/after', 'Compare the highest sustainable rates');
}
