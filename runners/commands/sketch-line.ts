import type { Argv } from 'yargs';
import { chosen, DURATION, FILE, FLAG, URL_VALUE, valued } from './option-kinds.ts';
import { traceReadLine } from './trace-read-line.ts';

const USAGE = `Usage:
  $0 sketch <trace> --out <file>            A trace
  $0 sketch kinesis:<stream> --out <file>   A live stream
  $0 sketch merge <sketches..> --out <file>  Several sketches`;

/** The options of `streamgauge sketch`. */
export function sketchLine(command: Argv) {
  return traceReadLine(
    command
      .usage(USAGE)
      .positional('inputs', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Trace, - for standard input, kinesis:STREAM, or merge and sketches',
      })
      .option('step', { ...DURATION, describe: 'Time between two counts, in whole seconds (default 1s)' })
      .option('keep-keys', { ...FLAG, describe: 'Store the heaviest keys as text, not only their MD5' })
      .option('for', { ...DURATION, describe: 'Time to read the stream (default 1m)' })
      .option('from', {
        ...chosen('position', ['latest', 'trim-horizon'] as const),
        describe: 'Position in the stream to start from (default latest)',
      })
      .option('endpoint', { ...URL_VALUE, describe: 'Endpoint of the stream (default AWS)' })
      .option('region', { ...valued('region'), describe: 'Region of the stream (default as the AWS SDK finds it)' })
      .option('protocol', {
        ...chosen('protocol', ['http1', 'http2'] as const),
        describe: 'Protocol of the endpoint (default http2)',
      })
      .option('out', { ...FILE, demandOption: true, describe: 'File for the sketch' })
      .option('force', { ...FLAG, describe: 'Overwrite the file if it exists' })
      .option('json', { ...FLAG, describe: 'Print a summary as JSON' })
      .group(['step', 'keep-keys'], 'Sketch:')
      .group(['for', 'from', 'endpoint', 'region', 'protocol'], 'Stream:'),
  )
    .group(['out', 'force', 'json'], 'Output:')
    .example('$0 sketch access.csv --key-field user --out keys.json', 'Sketch a trace')
    .example('$0 sketch kinesis:orders --for 10m --out keys.json', 'Sketch ten minutes of a stream')
    .example('$0 sketch merge monday.json tuesday.json --out week.json', 'Merge two sketches');
}
