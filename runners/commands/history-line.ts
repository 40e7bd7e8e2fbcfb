import type { Argv } from 'yargs';
import type { ExitCode } from '../../errors/exit-code.ts';
import type { HistoryCommandOptions } from './history.ts';
import { FILE, FLAG, FOLDER, METRIC, PERCENT, REPEATABLE, valued, WHOLE_NUMBER } from './option-kinds.ts';

const USAGE = `Usage:
  $0 history check [result] --history <folder>
  $0 history accept [result] --history <folder>
  $0 history reset [result] --history <folder>`;

/** The commands `history check`, `history accept` and `history reset`. */
export function historyLine(command: Argv, end: (code: ExitCode) => void) {
  return command
    .usage(USAGE)
    .command('check [result]', 'Add a result to the history, and check it for regressions', checkLine, async (line) => {
      const { commandHistoryCheck } = await import('./history.ts');
      end(await commandHistoryCheck({ ...optionsOf(line), add: line['no-add'] !== true }));
    })
    .command('accept [result]', 'Accept the current level as the new normal', acceptLine, async (line) => {
      const { commandHistoryAccept } = await import('./history.ts');
      end(await commandHistoryAccept({ ...optionsOf(line), note: line.note }));
    })
    .command('reset [result]', 'Start the history again; earlier lines stay in the file', resetLine, async (line) => {
      const { commandHistoryReset } = await import('./history.ts');
      end(await commandHistoryReset({ ...optionsOf(line), note: line.note }));
    })
    .demandCommand(1, 'history needs check, accept or reset')
    .example('$0 history check results/orders --history history', 'Check the last run for regressions')
    .example("$0 history accept --history history --note 'larger records'", 'Accept the new level')
    .example("$0 history reset --history history --note 'new machine'", 'Ignore all earlier results');
}

function sharedLine(command: Argv) {
  return command
    .positional('result', {
      type: 'string',
      describe: 'Folder of a run, or its result.json (default the newest result of the history)',
    })
    .option('history', { ...FOLDER, demandOption: true, describe: 'Folder with the history file, or with results' })
    .option('metric', {
      ...METRIC,
      ...REPEATABLE,
      describe: 'Metric that must not get worse (default putToGet.p50, putToGet.p99, achieved.rate)',
    })
    .option('min-magnitude', { ...PERCENT, describe: 'Smallest change to report (default 5%)' })
    .option('p', { ...valued('ratio'), describe: 'Significance level (default 0.001)' })
    .option('window', { ...WHOLE_NUMBER, describe: 'Number of newest results to analyse (default 50)' })
    .option('json', { ...FLAG, describe: 'Print the verdict as JSON' })
    .option('markdown', { ...FILE, describe: 'Also write Markdown to this file' })
    .group(['history'], 'History:')
    .group(['metric', 'min-magnitude', 'p', 'window'], 'Analysis:')
    .group(['json', 'markdown'], 'Output:');
}

const checkLine = (command: Argv) =>
  sharedLine(command.usage('Usage: $0 history check [result] --history <folder>'))
    .option('no-add', { ...FLAG, describe: 'Do not add the result to the history' })
    .group(['no-add'], 'History:')
    .example('$0 history check results/orders --history history', 'Add a result, and check it for regressions')
    .example('$0 history check --history history --json', 'Check the newest result again')
    .example('$0 history check results/orders --history history --no-add', 'Check a result without adding it');

const acceptLine = (command: Argv) =>
  decisionLine(command.usage('Usage: $0 history accept [result] --history <folder>'))
    .example("$0 history accept --history history --note 'larger records'", 'Accept the present level')
    .example('$0 history accept results/orders --history history', 'Add a result, and accept its level')
    .example('$0 history accept --history history --metric putToGet.p99', 'Accept the level of one metric');

const resetLine = (command: Argv) =>
  decisionLine(command.usage('Usage: $0 history reset [result] --history <folder>'))
    .example("$0 history reset --history history --note 'new machine'", 'Ignore all earlier results')
    .example('$0 history reset results/orders --history history', 'Start the history again with this result')
    .example('$0 history reset results/orders --history history --markdown reset.md', 'Also write a report');

const decisionLine = (command: Argv) =>
  sharedLine(command)
    .option('note', { ...valued('text'), describe: 'Reason, which the history stores' })
    .group(['note'], 'History:');

type SharedLine = Awaited<ReturnType<typeof sharedLine>['argv']>;

const optionsOf = ({
  result,
  history,
  metric,
  p,
  window,
  json,
  markdown,
  ...line
}: SharedLine): HistoryCommandOptions => ({
  input: result,
  history,
  metrics: metric,
  minMagnitude: line['min-magnitude'],
  pValue: p,
  window,
  json,
  markdown,
});
