import type { Argv } from 'yargs';
import { FLAG, FOLDER, FORCE, JSON_RESULT, QUIET } from './option-kinds.ts';

/** The options of `streamgauge merge`. */
export function mergeLine(command: Argv) {
  return command
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders of run --part, or their result.json',
    })
    .option('allow-missing', { ...FLAG, describe: 'Merge although parts are missing; the result is INVALID' })
    .option('allow-apart', { ...FLAG, describe: 'Merge parts that ran at different times' })
    .option('out', { ...FOLDER, describe: 'Folder for the result (default results/<scenario>-merged)' })
    .option('force', FORCE)
    .option('json', JSON_RESULT)
    .option('quiet', QUIET)
    .conflicts('json', 'quiet')
    .group(['allow-missing', 'allow-apart'], 'Parts:')
    .group(['out', 'force', 'json', 'quiet'], 'Output:')
    .example('$0 merge results/orders-part-1-of-2 results/orders-part-2-of-2', 'Merge two parts')
    .example('$0 merge results/orders-part-* --out results/orders', 'Merge all parts in a folder')
    .example('$0 merge results/orders-part-1-of-2 --allow-missing', 'Look at one part before the others arrive');
}
