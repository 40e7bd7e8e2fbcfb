import type { Argv } from 'yargs';

export function traceReadLine<T>(command: Argv<T>) {
  return command
    .option('trace-format', {
      choices: ['ndjson', 'csv', 'log'] as const,
      requiresArg: true,
      describe: 'Format of a trace  [detected]',
    })
    .option('time-field', { type: 'string', requiresArg: true, describe: 'Field with the time, or two: DATE,TIME' })
    .option('key-field', { type: 'string', requiresArg: true, describe: 'Field with the partition key' })
    .option('hash-field', { type: 'string', requiresArg: true, describe: 'Field with the MD5 of the key' })
    .option('size-field', {
      type: 'string',
      requiresArg: true,
      describe: "Field with the bytes of the data  [the line's]",
    })
    .option('time-unit', {
      choices: ['s', 'ms', 'us', 'ns'] as const,
      requiresArg: true,
      describe: 'Unit of times that are numbers  [detected]',
    })
    .option('time-zone', { type: 'string', requiresArg: true, describe: 'Zone of times without one  [UTC]' })
    .option('time-year', { type: 'number', requiresArg: true, describe: 'Year of syslog times  [2001]' })
    .option('encoding', {
      choices: ['utf-8', 'latin1'] as const,
      requiresArg: true,
      describe: 'Encoding of a trace  [utf-8]',
    })
    .option('separator', { type: 'string', requiresArg: true, describe: 'Separator of CSV columns  [detected]' })
    .option('no-quotes', { type: 'boolean', describe: 'Read quotes in CSV as ordinary characters' })
    .option('bad-lines', {
      type: 'string',
      requiresArg: true,
      describe: 'Skip so many malformed lines, such as 100 or 1%  [0]',
    });
}
