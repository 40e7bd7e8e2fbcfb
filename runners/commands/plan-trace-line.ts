import type { Argv } from 'yargs';
import { traceReadLine } from './trace-read-line.ts';

export function planTraceLine<T>(command: Argv<T>) {
  return traceReadLine(
    command
      .option('scale', { type: 'number', requiresArg: true, describe: 'Multiply the rate of a recorded load  [1]' })
      .option('copy-keys', {
        choices: ['same', 'new'] as const,
        requiresArg: true,
        describe: 'Keys of the copies that --scale makes: busier users, or more users  [new]',
      })
      .option('speed', { type: 'number', requiresArg: true, describe: 'Divide the times of a trace  [1]' })
      .option('sketch', { type: 'string', requiresArg: true, describe: 'Key sketch that CloudWatch metrics lack' })
      .option('period', { type: 'string', requiresArg: true, describe: 'Period of CloudWatch metrics  [detected]' })
      .option('last', { type: 'string', requiresArg: true, describe: 'How much of aws:STREAM to read  [14d]' })
      .option('endpoint', { type: 'string', requiresArg: true, describe: 'Endpoint of aws:STREAM  [AWS]' })
      .option('region', {
        type: 'string',
        requiresArg: true,
        describe: 'Region of aws:STREAM  [as the AWS SDK finds it]',
      }),
  );
}
