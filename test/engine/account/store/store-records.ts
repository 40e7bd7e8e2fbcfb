import type { RecordCursor, RecordStore } from '../../../../engine/account/store/record-store.ts';
import { ACCEPTED, PENDING, RecordBatch } from '../../../../engine/log/record-batch.ts';
import { tableOf } from '../../log/records.ts';

/** A record of the model: its input, and what the store returned for it. */
export interface Kept {
  readonly number: number;
  readonly sequenceNumber: number;
  readonly writtenAtNs: number;
  readonly key: string;
  readonly data: string;
}

export const keyOf = (number: number): string => `key-${'é'.repeat(number % 7)}${number % 1000}`;

/** Data that follows from the record's number, so that a record out of place shows itself. */
export function dataOf(number: number, bytes: number): Buffer {
  const data = Buffer.alloc(bytes, number & 0xff);
  if (bytes >= 4) data.writeInt32LE(number);
  return data;
}

/** Puts numbered records of these sizes as one batch; returns those that were accepted. */
export function put(store: RecordStore, first: number, sizes: readonly number[], nowNs: number): Kept[] {
  const numbers = sizes.map((_, i) => first + i);
  const keys = tableOf(numbers.map((number) => Buffer.from(keyOf(number))));
  const payloads = tableOf(numbers.map((number, i) => dataOf(number, sizes[i]!)));
  const batch = new RecordBatch(sizes.length, keys, payloads, 0);
  batch.count = sizes.length;
  const order = new Int32Array(sizes.length);
  for (const i of sizes.keys()) batch.keyIndex[i] = batch.payloadIndex[i] = order[i] = i;
  const refused = store.append(batch, order, 0, sizes.length, nowNs);
  const taken = sizes.length - refused;
  const wrong = sizes.findIndex((_, i) => batch.status[i] !== (i < taken ? ACCEPTED : PENDING));
  if (wrong >= 0) throw new Error(`row ${wrong} of ${sizes.length} with ${refused} refused has ${batch.status[wrong]}`);
  return numbers.slice(0, taken).map((number, i) => ({
    number,
    sequenceNumber: batch.sequenceNumber[i]!,
    writtenAtNs: nowNs,
    key: keyOf(number),
    data: dataOf(number, sizes[i]!).toString('base64'),
  }));
}

/** Returns what the cursor shows, except the number, which is internal to the store. */
export const shown = (cursor: RecordCursor): Omit<Kept, 'number'> => ({
  sequenceNumber: cursor.sequenceNumber,
  writtenAtNs: cursor.writtenAtNs,
  key: cursor.key(),
  data: cursor.dataBase64(),
});

export const unnumbered = ({ sequenceNumber, writtenAtNs, key, data }: Kept): Omit<Kept, 'number'> => ({
  sequenceNumber,
  writtenAtNs,
  key,
  data,
});

/** Reads all records from the cursor's place on, or at most this many. */
export function read(cursor: RecordCursor, most = Number.POSITIVE_INFINITY): Omit<Kept, 'number'>[] {
  const found: Omit<Kept, 'number'>[] = [];
  while (found.length < most && cursor.next()) found.push(shown(cursor));
  return found;
}
