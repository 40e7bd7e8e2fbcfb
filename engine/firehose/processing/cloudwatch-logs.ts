import type { Clock } from '../../account/clock.ts';
import { isObject, jsonOf } from '../../plain-json.ts';
import type { Processor } from '../delivery/processor.ts';
import { DECOMPRESSION_FAILED } from './decompression.ts';
import { eachRecord, withData } from './each-record.ts';

/** Error of a record that is no message of CloudWatch Logs. */
const NO_MESSAGE = {
  kind: 'failed',
  errorCode: DECOMPRESSION_FAILED,
  errorMessage: 'The record is not a message of CloudWatch Logs: it has no messageType and logEvents.',
} as const;

/**
 * Keeps only the texts of the log events of a message, each with a line break behind it, and drops control messages, with which CloudWatch Logs
 * checks that the stream can be reached.
 */
export function messageExtraction(clock: Clock): Processor {
  return eachRecord(clock, (record) => {
    const { data } = record;
    const message = jsonOf(Buffer.from(data.buffer, data.byteOffset, data.length).toString());
    if (!isObject(message)) return NO_MESSAGE;
    if (message.messageType === 'CONTROL_MESSAGE') return { kind: 'dropped' };
    if (message.messageType !== 'DATA_MESSAGE' || !Array.isArray(message.logEvents)) return NO_MESSAGE;
    const texts: unknown[] = message.logEvents.map((event: unknown) => (isObject(event) ? event.message : undefined));
    if (!texts.every((text) => typeof text === 'string')) return NO_MESSAGE;
    return withData(record, Buffer.from(texts.map((text) => `${text}\n`).join('')));
  });
}
