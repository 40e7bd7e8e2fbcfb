import { isObject } from '../../plain-json.ts';
import { base64Bytes } from './base64-data.ts';
import { PAYLOAD_BYTES_MAX } from './function-contract.ts';
import { type ModuleResponse, RESULTS } from './module-messages.ts';
import { unfilled } from './packed-bytes.ts';

/** A record as a handler returned it: anything. */
type Returned = Readonly<Record<string, unknown>>;

/** Names, quotes and commas around the values of a record in JSON. */
const MEMBER_BYTES = '{"recordId":"","result":"","data":""},'.length;

/** Reads what a handler returned, as Lambda would after it became JSON. */
export function readModuleResponse(response: unknown, recordIds: readonly string[]): ModuleResponse {
  if (!isObject(response) || !Array.isArray(response.records)) return { kind: 'not-json' };
  const returned: readonly unknown[] = response.records;
  if (!returned.every(isObject)) return { kind: 'not-json' };
  if (textBytesOf(returned) > PAYLOAD_BYTES_MAX) {
    return {
      kind: 'error',
      reason: `Response payload size exceeded maximum allowed payload size (${PAYLOAD_BYTES_MAX} bytes).`,
    };
  }
  const indexOf = indexFinder(recordIds);
  const recordIndexes = new Int32Array(returned.length);
  const results = new Uint8Array(returned.length);
  const ends = new Uint32Array(returned.length);
  const bytes = Buffer.from(unfilled(returned.reduce((sum, { data }) => sum + lengthOf(data), 0)).buffer);
  let partitionKeys: unknown[] | undefined;
  let at = 0;
  for (let i = 0; i < returned.length; i++) {
    const { recordId, result, data, metadata } = returned[i]!;
    recordIndexes[i] = indexOf(recordId, i);
    let hasData: boolean | 'invalid' = data !== undefined && data !== null;
    if (typeof data === 'string') {
      const written = bytes.write(data, at, 'base64');
      if (written !== base64Bytes(data)) hasData = 'invalid';
      at += written;
    } else if (hasData) hasData = 'invalid';
    ends[i] = at;
    results[i] = codeOf(result, hasData);
    if (isObject(metadata) && isObject(metadata.partitionKeys)) {
      partitionKeys ??= new Array(returned.length).fill(undefined);
      partitionKeys[i] = JSON.parse(JSON.stringify(metadata.partitionKeys));
    }
  }
  return { kind: 'returned', recordIndexes, results, data: { bytes, ends }, partitionKeys };
}

/** Handlers return most records in their order, so that the map is rarely needed. */
function indexFinder(recordIds: readonly string[]): (recordId: unknown, expected: number) => number {
  let indexes: Map<unknown, number> | undefined;
  return (recordId, expected) => {
    if (recordIds[expected] === recordId && recordId !== undefined) return expected;
    indexes ??= new Map(recordIds.map((id, index) => [id, index]));
    return indexes.get(recordId) ?? -1;
  };
}

function codeOf(result: unknown, hasData: boolean | 'invalid'): number {
  const known = result === 'Ok' || result === 'Dropped' || result === 'ProcessingFailed' ? result : undefined;
  return RESULTS.findIndex((each) => each.result === known && each.hasData === hasData);
}

/** Bytes of the JSON text, exact for records with plain members only. */
function textBytesOf(returned: readonly Returned[]): number {
  let bytes = 0;
  for (const { recordId, result, data, metadata } of returned) {
    bytes += MEMBER_BYTES + textLength(recordId) + textLength(result) + textLength(data);
    if (metadata !== undefined) bytes += JSON.stringify(metadata)?.length ?? 0;
  }
  return bytes;
}

const textLength = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
const lengthOf = (data: unknown): number => (typeof data === 'string' ? Math.ceil((data.length * 3) / 4) : 0);
