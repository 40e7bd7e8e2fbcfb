import type { Argv } from 'yargs';
import type { ExitCode } from '../../errors/exit-code.ts';
import type { HistoryCommandOptions } from './history.ts';

const RESULT = 'Folder of a run, or its result.json; the newest result of the history by default';

/** The commands `history check`, `history accept` and `history reset`. */
export function historyLine(command: Argv, end: (code: ExitCode) => void) {
  return command
    .command('check [result]', 'Add a result to the history, and check it for regressions', checkLine, async (line) => {
      const { commandHistoryCheck } = await import('./history.ts');
      end(await commandHistoryCheck({ ...optionsOf(line), add: line['no-add'] !== true }));
    })
    .command('accept [result]', 'Accept the current level as the new normal', decisionLine, async (line) => {
      const { commandHistoryAccept } = await import('./history.ts');
      end(await commandHistoryAccept({ ...optionsOf(line), note: line.note }));
    })
    .command(
      'reset [result]',
      'Start the history again; earlier lines stay in the file',
      decisionLine,
      async (line) => {
        const { commandHistoryReset } = await import('./history.ts');
        end(await commandHistoryReset({ ...optionsOf(line), note: line.note }));
      },
    )
    .demandCommand(1, 'history needs check, accept or reset')
    .example('$0 history check results/checkout --history history', 'did the last run get slower?')
    .example("$0 history accept --history history --note 'larger records'", 'accept the new level')
    .example("$0 history reset --history history --note 'new machine'", 'ignore all earlier results');
}

function sharedLine(command: Argv) {
  return command
    .positional('result', { type: 'string', describe: RESULT })
    .option('history', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'Folder with the history file, or with results',
    })
    .option('metric', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Metrics that must not get worse  [putToGet.p50, putToGet.p99, achieved.rate]',
    })
    .option('min-magnitude', { type: 'string', requiresArg: true, describe: 'Smallest change to report  [5%]' })
    .option('p', { type: 'string', requiresArg: true, describe: 'Significance level  [0.001]' })
    .option('window', { type: 'string', requiresArg: true, describe: 'Number of newest results to analyse  [50]' })
    .option('json', { type: 'boolean', describe: 'Print JSON' })
    .option('markdown', { type: 'string', requiresArg: true, describe: 'Also write Markdown to this file' })
    .group(['metric', 'min-magnitude', 'p', 'window'], 'Analysis:')
    .group(['json', 'markdown'], 'Output:');
}

const checkLine = (command: Argv) =>
  sharedLine(command).option('no-add', { type: 'boolean', describe: 'Do not add the result to the history' });

const decisionLine = (command: Argv) =>
  sharedLine(command).option('note', { type: 'string', requiresArg: true, describe: 'Reason, saved in the history' });

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
