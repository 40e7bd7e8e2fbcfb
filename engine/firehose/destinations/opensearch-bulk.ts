import { jsonOf, memberOf } from '../../plain-json.ts';
import type { DeliveryRecord } from '../delivery/delivery-record.ts';

/** A document of a bulk request. */
export interface BulkDocument {
  readonly record: DeliveryRecord;
  /** One line of JSON without its line end. */
  readonly source: Uint8Array;
  readonly index: string;
  /** The service makes an id if undefined. */
  readonly id: string | undefined;
  /** Elasticsearch before version 7 only. */
  readonly type: string | undefined;
}

const NEW_LINE = 0x0a;
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * The line of JSON that a record is, without white space around it; or why it is none. A line end inside a record would end
 * its document early, and the rest would be read as an action, which could delete documents.
 */
export function sourceOf({ data }: DeliveryRecord): Uint8Array | string {
  let start = 0;
  let end = data.length;
  while (start < end && SPACES.has(data[start]!)) start++;
  while (end > start && SPACES.has(data[end - 1]!)) end--;
  if (start === end) return 'The record is empty. It must be a JSON object on one line.';
  const source = data.subarray(start, end);
  // OpenSearch ends lines at a line feed; Elasticsearch removes a carriage return before one.
  return source.includes(NEW_LINE) ? 'The record has several lines. It must be a JSON object on one line.' : source;
}

export function bulkBodyOf(documents: readonly BulkDocument[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const { source, index, id, type } of documents) {
    const action = {
      index: {
        _index: index,
        ...(type === undefined ? {} : { _type: type }),
        ...(id === undefined ? {} : { _id: id }),
      },
    };
    parts.push(Buffer.from(`${JSON.stringify(action)}\n`), source, LINE_END);
  }
  return Buffer.concat(parts);
}

const LINE_END = Buffer.from('\n');

/** The result of one document, in the order of the request. */
export interface BulkItem {
  readonly status: number;
  /** The error as the index words it, empty without one. */
  readonly error: string;
}

/** The items of a bulk response; undefined if it is none for this number of documents. */
export function bulkItemsOf(body: Buffer, count: number): BulkItem[] | undefined {
  const items = memberOf(jsonOf(body.toString()), 'items');
  if (!Array.isArray(items) || items.length !== count) return undefined;
  const read: BulkItem[] = [];
  for (const item of items) {
    const result = memberOf(item, 'index');
    const status = memberOf(result, 'status');
    if (typeof status !== 'number') return undefined;
    read.push({ status, error: errorTextOf(memberOf(result, 'error')) });
  }
  return read;
}

/** JSON, as in the failed records of the service. */
function errorTextOf(error: unknown): string {
  if (error === undefined) return '';
  return typeof error === 'string' ? error : JSON.stringify(error);
}
