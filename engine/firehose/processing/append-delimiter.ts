import type { Clock } from '../../account/clock.ts';
import type { Processor } from '../delivery/processor.ts';
import { eachRecord, withData } from './each-record.ts';

/** Appends bytes to each record, even if it ends with them. */
export function appendDelimiter(delimiter: Uint8Array, clock: Clock): Processor {
  return eachRecord(clock, (record) => withData(record, Buffer.concat([record.data, delimiter])));
}

/** A delimiter is written with escapes: the service's own examples have a backslash and an n. */
export function delimiterIn(text: string): Uint8Array {
  const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r', '\\t': '\t', '\\\\': '\\' };
  return Buffer.from(text.replace(/\\[nrt\\]/g, (written) => escapes[written] ?? written));
}
