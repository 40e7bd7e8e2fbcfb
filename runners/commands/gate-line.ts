import type { Argv } from 'yargs';

/** The options of `streamgauge gate`: `gate SCENARIO --baseline A --candidate B`, and `gate calibrate SCENARIO`. */
export function gateLine(command: Argv) {
  return command
    .positional('input', { type: 'string', describe: 'A scenario, or the word calibrate' })
    .positional('scenario', { type: 'string', describe: 'The scenario, after calibrate' })
    .option('baseline', {
      type: 'string',
      requiresArg: true,
      describe: 'Endpoint, target, file, or cmd:COMMAND with {port}',
    })
    .option('candidate', { type: 'string', requiresArg: true, describe: 'The same, for what may be worse' })
    .option('metric', { type: 'string', requiresArg: true, describe: 'What decides  [putToGet.p50]' })
    .option('tolerance', { type: 'string', requiresArg: true, describe: 'PASS excludes this much worse  [5%]' })
    .option('floor', { type: 'string', requiresArg: true, describe: 'FAIL needs this much worse  [half of it]' })
    .option('block', { type: 'string', requiresArg: true, describe: 'Recorded part of a block  [2s]' })
    .option('max-duration', { type: 'string', requiresArg: true, describe: 'For all blocks  [10m]' })
    .option('max-pairs', { type: 'string', requiresArg: true, describe: 'However much time there is  [200]' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for records  [results/gate/<scenario>]' })
    .option('seed', { type: 'string', requiresArg: true, describe: "Of the first pair, instead of the scenario's" })
    .option('json', { type: 'boolean', describe: 'Print the record as JSON' })
    .option('quiet', { type: 'boolean', describe: 'Print the verdict only' })
    .option('markdown', { type: 'string', requiresArg: true, describe: 'Also write Markdown to this file' })
    .option('no-live', { type: 'boolean', describe: 'Draw nothing while it goes on' })
    .option('force', { type: 'boolean', describe: 'Though the calibration says the gate is too tight' })
    .option('yes', { type: 'boolean', describe: 'Start without asking, whatever it would cost' })
    .conflicts('json', 'quiet');
}

/** What yargs makes of them. */
export type GateLine = Awaited<ReturnType<typeof gateLine>['argv']>;
