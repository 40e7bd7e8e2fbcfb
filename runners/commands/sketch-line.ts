import type { Argv } from 'yargs';
import { traceReadLine } from './trace-read-line.ts';

export function sketchLine(command: Argv) {
  return traceReadLine(
    command
      .positional('inputs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Trace, - for standard input, kinesis:STREAM, or merge and sketches',
      })
      .option('out', { type: 'string', requiresArg: true, demandOption: true, describe: 'File for the sketch' })
      .option('for', { type: 'string', requiresArg: true, describe: 'How long to read a stream  [1m]' })
      .option('from', {
        choices: ['latest', 'trim-horizon'] as const,
        requiresArg: true,
        describe: 'Where to begin in a stream  [latest]',
      })
      .option('step', { type: 'string', requiresArg: true, describe: 'Time between two counts, whole seconds  [1s]' })
      .option('keep-keys', { type: 'boolean', describe: 'Store the heaviest keys in clear, not only their MD5' })
      .option('endpoint', { type: 'string', requiresArg: true, describe: 'Endpoint of the stream  [AWS]' })
      .option('region', {
        type: 'string',
        requiresArg: true,
        describe: 'Region of the stream  [as the AWS SDK finds it]',
      })
      .option('protocol', {
        choices: ['http1', 'http2'] as const,
        requiresArg: true,
        describe: 'Protocol of the endpoint  [http2]',
      }),
  )
    .option('force', { type: 'boolean', describe: 'Replace the file if it exists' })
    .option('json', { type: 'boolean', describe: 'Print a summary as JSON' });
}
