import type { Argv } from 'yargs';
import {
  DURATION,
  FLAG,
  FOLDER,
  NO_LIVE,
  PERCENT,
  REPEATABLE,
  SEED,
  valued,
  WHOLE_NUMBER,
  YES,
} from './option-kinds.ts';

const USAGE = `Usage:
  $0 compare <results..>                   Results with the first one
  $0 compare <results..> --with <results>  Several runs of two sides
  $0 compare <knees..>                     Two knees
  $0 compare <plans..>                     Two plans
  $0 compare <scenario> --targets <files>  Several targets, in turn
  $0 compare <folder>                      Saved: several targets`;

/** Options that apply to a comparison of targets only. */
export const TARGETS_OPTIONS = ['rounds', 'round', 'max-duration', 'cost', 'seed', 'out', 'no-live', 'yes'] as const;

/** The options of `streamgauge compare`. */
export function compareLine(command: Argv) {
  return command
    .usage(USAGE)
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders or files of results, knees or plans; or one scenario',
    })
    .option('with', { ...valued('results'), array: true, describe: 'Runs of the other side' })
    .option('floor', { ...PERCENT, describe: 'Change below which results count as equal (default 2%)' })
    .option('force', { ...FLAG, describe: 'Compare although scenarios or machines differ, with a warning' })
    .option('targets', {
      ...valued('targets'),
      array: true,
      describe: 'Run the scenario on these targets, in turn: files, or NAME=FILE',
    })
    .option('rounds', { ...WHOLE_NUMBER, describe: 'Runs on each target (default 4)' })
    .option('round', { ...DURATION, describe: 'Recorded part of a run (default the whole scenario)' })
    .option('max-duration', { ...DURATION, describe: 'Begin no round that would end later' })
    .option('cost', {
      ...valued('name=usd/hour'),
      ...REPEATABLE,
      describe: 'Price of a target, such as kafka=3x0.40/hour',
    })
    .option('seed', SEED)
    .option('out', { ...FOLDER, describe: 'Folder for the rounds (default results/side-by-side/<scenario>)' })
    .option('json', { ...FLAG, describe: 'Print the whole comparison as JSON' })
    .option('no-live', NO_LIVE)
    .option('yes', YES)
    .conflicts('targets', 'with')
    .conflicts('targets', 'force')
    .group(['with', 'floor', 'force'], 'Comparison:')
    .group(['targets', 'rounds', 'round', 'max-duration', 'cost', 'seed'], 'Targets:')
    .group(['out', 'json', 'no-live'], 'Output:')
    .example('$0 compare results/before results/after', 'Compare two runs')
    .example('$0 compare before-1 before-2 --with after-1 after-2', 'Compare two sides of several runs each')
    .example('$0 compare results/knee/before results/knee/after', 'Compare the highest sustainable rates')
    .example('$0 compare orders.yaml --targets kinesis.yaml kafka.yaml', 'Run one scenario on two targets, in turn');
}

/** The options in the form in which yargs parses them. */
export type CompareLine = Awaited<ReturnType<typeof compareLine>['argv']>;
