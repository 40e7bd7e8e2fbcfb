import type { Argv } from 'yargs';

/** Options about a trace. */
export const PLAN_TRACE_FLAGS: readonly string[] = [
  'scale',
  'copy-keys',
  'speed',
  'trace-format',
  'time-field',
  'time-unit',
  'time-zone',
  'key-field',
  'hash-field',
  'size-field',
  'bad-lines',
];

export function planTraceLine<T>(command: Argv<T>) {
  return command
    .option('scale', { type: 'number', requiresArg: true, describe: 'Multiply the rate of a trace or of metrics  [1]' })
    .option('copy-keys', {
      choices: ['same', 'new'] as const,
      requiresArg: true,
      describe: 'Keys of the copies that --scale makes: busier users, or more users  [same]',
    })
    .option('speed', { type: 'number', requiresArg: true, describe: 'Divide the times of a trace  [1]' })
    .option('trace-format', {
      choices: ['ndjson', 'csv', 'log'] as const,
      requiresArg: true,
      describe: 'Format of a trace  [detected]',
    })
    .option('time-field', {
      type: 'string',
      requiresArg: true,
      describe: 'Field of a trace with the time, or two: DATE,TIME',
    })
    .option('time-unit', {
      choices: ['s', 'ms', 'us', 'ns'] as const,
      requiresArg: true,
      describe: 'Unit of times that are numbers',
    })
    .option('time-zone', { type: 'string', requiresArg: true, describe: 'Zone of times without one  [UTC]' })
    .option('key-field', { type: 'string', requiresArg: true, describe: 'Field with the partition key' })
    .option('hash-field', { type: 'string', requiresArg: true, describe: 'Field with the MD5 of the key' })
    .option('size-field', {
      type: 'string',
      requiresArg: true,
      describe: "Field with the bytes of the data  [the line's]",
    })
    .option('bad-lines', {
      type: 'string',
      requiresArg: true,
      describe: 'Skip so many malformed lines, or such a share  [0]',
    });
}
