import { emptyStamp, type StampReader } from './stamp.ts';

const RAW_DATA = Buffer.from('"rawData"');

/**
 * Counts the records of this run in an object of the error output, by the code of their error. Such an object has a line of
 * JSON for each record, with the bytes that were put in base64.
 */
export function countFailedRecords(bytes: Buffer, reader: StampReader, into: Map<string, number>): void {
  if (bytes.indexOf(RAW_DATA) === -1) return;
  const stamp = emptyStamp();
  for (const line of bytes.toString('utf8').split('\n')) {
    const failed = parsed(line);
    if (typeof failed?.rawData !== 'string') continue;
    if (reader.next(Buffer.from(failed.rawData, 'base64'), 0, stamp) === -1) continue;
    // Records that format conversion rejected have their code under another name.
    const code = [failed.errorCode, failed.ErrorCode].find((value) => typeof value === 'string') ?? 'unknown';
    into.set(code, (into.get(code) ?? 0) + 1);
  }
}

interface FailedRecord {
  readonly rawData?: unknown;
  readonly errorCode?: unknown;
  readonly ErrorCode?: unknown;
}

function parsed(line: string): FailedRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
