import type { Argv } from 'yargs';
import { chosen, FLAG, NUMBER, valued } from './option-kinds.ts';

const FIELD = valued('field');

/** The options about reading a trace, which `plan` and `sketch` share. */
export function traceReadLine<T>(command: Argv<T>) {
  return command
    .option('trace-format', {
      ...chosen('format', ['ndjson', 'csv', 'log'] as const),
      describe: 'Format of a trace (default detected)',
    })
    .option('time-field', { ...FIELD, describe: 'Field with the time, or two: DATE,TIME' })
    .option('key-field', { ...FIELD, describe: 'Field with the partition key' })
    .option('hash-field', { ...FIELD, describe: 'Field with the MD5 of the key' })
    .option('size-field', { ...FIELD, describe: "Field with the size of the data in bytes (default the line's size)" })
    .option('time-unit', {
      ...chosen('unit', ['s', 'ms', 'us', 'ns'] as const),
      describe: 'Unit of times that are numbers (default detected)',
    })
    .option('time-zone', { ...valued('zone'), describe: 'Zone of times without one (default UTC)' })
    .option('time-year', { ...NUMBER, describe: 'Year of syslog times (default 2001)' })
    .option('encoding', {
      ...chosen('encoding', ['utf-8', 'latin1'] as const),
      describe: 'Encoding of a trace (default utf-8)',
    })
    .option('separator', { ...valued('character'), describe: 'Separator of CSV columns (default detected)' })
    .option('no-quotes', { ...FLAG, describe: 'Read quotes in CSV as ordinary characters' })
    .option('bad-lines', {
      ...valued('limit'),
      describe: 'Number or share of malformed lines to skip, such as 100 or 1% (default 0)',
    })
    .group(['trace-format', 'time-field', 'key-field', 'hash-field', 'size-field', 'time-unit'], 'Trace:')
    .group(['time-zone', 'time-year', 'encoding', 'separator', 'no-quotes', 'bad-lines'], 'Trace:');
}
