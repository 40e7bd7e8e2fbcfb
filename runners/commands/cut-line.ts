import type { Argv } from 'yargs';
import { DURATION, FOLDER, FORCE, JSON_RESULT, QUIET, REPEATABLE, RESULT, THRESHOLD, valued } from './option-kinds.ts';

/** The options of `streamgauge cut`. */
export function cutLine(command: Argv) {
  return command
    .positional('result', RESULT)
    .option('from', { ...DURATION, describe: 'Start of the part, since the start of the run' })
    .option('to', { ...DURATION, describe: 'End of the part, since the start of the run' })
    .option('phase', { ...valued('name'), describe: 'Phase whose records are the part' })
    .option('threshold', {
      ...THRESHOLD,
      ...REPEATABLE,
      describe: "Judge by this threshold (default the scenario's)",
    })
    .option('out', { ...FOLDER, describe: 'Folder for the result (default results/<scenario>-cut)' })
    .option('force', FORCE)
    .option('json', JSON_RESULT)
    .option('quiet', QUIET)
    .conflicts('json', 'quiet')
    .group(['from', 'to', 'phase'], 'Part:')
    .group(['threshold'], 'Verdict:')
    .group(['out', 'force', 'json', 'quiet'], 'Output:')
    .example('$0 cut results/orders --from 30s --to 90s', 'Judge one minute of a run')
    .example('$0 cut results/orders --phase steady --out steady', 'Judge one phase of a run')
    .example("$0 cut results/orders --from 1m --threshold 'putToGet.p99 < 70ms'", 'Judge the rest by a new threshold');
}
