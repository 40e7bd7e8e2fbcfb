import type { Argv } from 'yargs';
import { runnerError } from '../errors.ts';
import type { GateHistoryOptions } from './gate-history.ts';

/** The options of `streamgauge gate RESULT --history DIR`. A history that is left as it is takes no decision either. */
export function gateHistoryLine(command: Argv) {
  return command
    .option('history', { type: 'string', requiresArg: true, describe: 'Folder with the results before' })
    .option('metric', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe:
        'What must not get worse  [putToGet.p50]; against a history more than one  [and putToGet.p99, achieved.rate]',
    })
    .option('min-magnitude', { type: 'string', requiresArg: true, describe: 'Let smaller changes pass  [5%]' })
    .option('p', { type: 'string', requiresArg: true, describe: 'Below it a difference is not chance  [0.001]' })
    .option('window', { type: 'string', requiresArg: true, describe: 'Results that are looked at together  [50]' })
    .option('add', { type: 'boolean', describe: 'Add a valid result to the history, as is done by default' })
    .option('no-add', { type: 'boolean', describe: 'Leave the history as it is' })
    .option('accept', { type: 'boolean', describe: 'Write down that the present level is the new normal' })
    .option('reset', { type: 'boolean', describe: 'Begin the history anew; its lines are kept' })
    .option('note', { type: 'string', requiresArg: true, describe: 'Why, with --accept or --reset' })
    .option('json', { type: 'boolean', describe: 'Print JSON' })
    .option('markdown', { type: 'string', requiresArg: true, describe: 'Also write Markdown to this file' })
    .conflicts('add', 'no-add')
    .conflicts('accept', 'reset')
    .conflicts('no-add', ['accept', 'reset']);
}

export const GATE_HISTORY_FLAGS = [
  'history',
  'metric',
  'min-magnitude',
  'p',
  'window',
  'add',
  'no-add',
  'accept',
  'reset',
  'note',
  'json',
  'markdown',
] as const;

type Line = Awaited<ReturnType<typeof gateHistoryLine>['argv']>;

/** @throws RUNNER_USAGE for a note on nothing. */
export function gateHistoryOptions(
  line: Line & { readonly input?: string | undefined },
  history: string,
): GateHistoryOptions {
  if (line.note !== undefined && line.accept !== true && line.reset !== true) {
    const fix = 'Say what it is the reason of.';
    throw runnerError('RUNNER_USAGE', { what: '--note is written down with --accept or --reset alone', fix });
  }
  return {
    input: line.input,
    history,
    metrics: line.metric,
    minMagnitude: line['min-magnitude'],
    pValue: line.p,
    window: line.window,
    add: line['no-add'] !== true,
    accept: line.accept,
    reset: line.reset,
    note: line.note,
    json: line.json,
    markdown: line.markdown,
  };
}
