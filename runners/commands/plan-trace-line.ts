import type { Argv } from 'yargs';
import { chosen, DURATION, FILE, NUMBER, URL_VALUE, valued } from './option-kinds.ts';
import { traceReadLine } from './trace-read-line.ts';

/** The options of `streamgauge plan` about a recorded load. */
export function planTraceLine<T>(command: Argv<T>) {
  return traceReadLine(
    command
      .option('scale', { ...NUMBER, describe: 'Multiply the rate of a recorded load (default 1)' })
      .option('copy-keys', {
        ...chosen('keys', ['same', 'new'] as const),
        describe: 'Keys of the copies that --scale makes: busier users, or more users (default new)',
      })
      .option('speed', { ...NUMBER, describe: 'Divide the times of a trace (default 1)' })
      .option('sketch', { ...FILE, describe: 'Key sketch for CloudWatch metrics, which have no keys' })
      .option('period', { ...DURATION, describe: 'Period of CloudWatch metrics (default detected)' })
      .option('last', { ...DURATION, describe: 'Length of the past of aws:STREAM to read (default 14d)' })
      .option('endpoint', { ...URL_VALUE, describe: 'Endpoint of aws:STREAM (default AWS)' })
      .option('region', { ...valued('region'), describe: 'Region of aws:STREAM (default as the AWS SDK finds it)' })
      .group(['scale', 'copy-keys', 'speed', 'sketch', 'period', 'last', 'endpoint', 'region'], 'Recorded load:'),
  );
}
