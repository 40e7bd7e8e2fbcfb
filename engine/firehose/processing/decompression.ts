import { gunzipSync } from 'node:zlib';
import type { Clock } from '../../account/clock.ts';
import type { Processor } from '../delivery/processor.ts';
import { eachRecord, withData } from './each-record.ts';

/** The code that the live service wrote, also for messages of CloudWatch Logs that it could not read. */
export const DECOMPRESSION_FAILED = 'Decompression failed.';

/** A record has at most 1,000 KiB, and GZIP shrinks data up to 1,000 times: one record must not fill the memory. */
const PLAIN_BYTES_MAX = 64 * 1024 * 1024;

/** Decompresses records, as CloudWatch Logs sends them. The error output has them compressed. */
export function decompression(clock: Clock): Processor {
  return eachRecord(clock, (record) => {
    try {
      return withData(record, gunzipSync(record.data, { maxOutputLength: PLAIN_BYTES_MAX }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return {
        kind: 'failed',
        errorCode: DECOMPRESSION_FAILED,
        errorMessage: `The record is not GZIP data: ${reason}.`,
      };
    }
  });
}
