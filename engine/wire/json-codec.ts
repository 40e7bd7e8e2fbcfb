import type { PutRecordBatchOutput } from '@aws-sdk/client-firehose';
import type { GetRecordsOutput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import { base64Of } from '../base64.ts';
import type { Codec } from './codec.ts';
import { readPut } from './json-put.ts';
import { JsonPutReader } from './json-put-columns.ts';
import { writeJsonPutOutcome } from './json-put-response.ts';
import { JsonRecordWriter } from './json-record-writer.ts';
import { putBatchText, RecordsText } from './json-records.ts';
import { JSON_CONTENT_TYPE } from './response.ts';
import { dateOfMs, readScalars, type ScalarReader, serializationError } from './scalars.ts';

const MS_PER_SECOND = 1000;

/** Operations whose bodies are read in one pass, of Kinesis and of Firehose. */
const PUTS: ReadonlySet<string> = new Set(['PutRecord', 'PutRecords', 'PutRecordBatch']);

const puts = new JsonPutReader();

/** AWS JSON 1.1: blobs are base64, timestamps epoch seconds with a fraction of ms. */
export const JSON_CODEC: Codec = {
  contentType: JSON_CONTENT_TYPE,
  decode(operation, body) {
    const put = PUTS.has(operation) ? readPut(body) : undefined;
    return put ?? readScalars(parseJson(body), JSON_SCALARS);
  },
  encode(operation, output) {
    switch (operation) {
      case 'PutRecord':
        return textOf(JSON.stringify(output));
      case 'PutRecordBatch':
        return textOf(putBatchText(output as PutRecordBatchOutput));
      case 'PutRecords':
        return encodePutResults(output as PutRecordsOutput);
      case 'GetRecords':
      case 'SubscribeToShard':
        return encodeRecords(output as GetRecordsOutput);
      default:
        return encodeValue(output);
    }
  },
  decodePut: (operation, body, columns) => puts.read(operation, body, columns),
  encodePut: writeJsonPutOutcome,
  recordWriter: () => new JsonRecordWriter(startOf),
  encodeError: encodeValue,
};

function encodeValue(value: object): Buffer {
  return Buffer.from(JSON.stringify(jsonValue(value)));
}

function encodePutResults({ Records = [], ...others }: PutRecordsOutput): Buffer {
  const list = new RecordsText();
  list.putResults(Records);
  return bytesOf(others, list);
}

/** Returns ASCII text unchanged. */
function textOf(text: string): string | Buffer {
  return ASCII.test(text) ? text : Buffer.from(text);
}

/** Records whose text is alive at a time. The text of 10,000 would be some MiB in small pieces, which the garbage collector copies. */
const RECORDS_A_PIECE = 500;

/** Encodes GetRecords' output and events, which have their records in the same member. */
function encodeRecords({ Records = [], ...others }: GetRecordsOutput): Buffer {
  const pieces: Buffer[] = [];
  for (let from = 0; from < Records.length; from += RECORDS_A_PIECE) {
    const list = new RecordsText();
    list.records(Records.slice(from, from + RECORDS_A_PIECE));
    const start = from === 0 ? startOf(others) : ',';
    const end = from + RECORDS_A_PIECE < Records.length ? '' : ']}';
    pieces.push(piece(start, list, end));
  }
  const [first] = pieces;
  if (first === undefined) return bytesOf(others, new RecordsText());
  return pieces.length === 1 ? first : Buffer.concat(pieces);
}

/** A structure of some members and a list of records. */
const bytesOf = (others: object, list: RecordsText): Buffer => piece(startOf(others), list, ']}');

const piece = (start: string, { text, isAscii }: RecordsText, end: string): Buffer =>
  Buffer.from(`${start}${text}${end}`, isAscii && ASCII.test(start) ? 'latin1' : 'utf8');

function startOf(others: object): string {
  const members = JSON.stringify(jsonValue(others));
  return members === '{}' ? '{"Records":[' : `${members.slice(0, -1)},"Records":[`;
}

const ASCII = /^[ -~]*$/;

const JSON_SCALARS: ScalarReader = {
  blob: (value) => (typeof value === 'string' ? decodeBase64(value) : value),
  timestamp: (value) => (typeof value === 'number' ? dateOfMs(Math.round(value * MS_PER_SECOND)) : value),
};

/** Length of input text in messages. AWS repeats all of it; here, one bad byte in 10 MiB must not return all of them. */
const SHOWN_CHARACTERS_MAX = 1000;

/**
 * Also accepts the URL-safe alphabet, which AWS rejects: checking for it would cost a tenth of a put.
 * @throws SerializationException with AWS's text (kinesalite, from live responses); Buffer by itself would skip bad characters.
 */
function decodeBase64(text: string): Buffer {
  const data = Buffer.from(text, 'base64');
  if (text.length % 4 === 0) {
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
    if (data.length === (text.length / 4) * 3 - padding) return data;
  }
  const shown = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text;
  throw serializationError(`'${shown}' can not be converted to a Blob: ${base64Problem(text)}`);
}

/** A character that base64 does not have, or padding before the end. */
const BASE64_WRONG = /[^A-Za-z0-9+/=]|=[^=]/;

function base64Problem(text: string): string {
  if (text.length % 4 !== 0) return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`;
  const [wrong] = BASE64_WRONG.exec(text) ?? [];
  if (wrong !== undefined) return `Invalid Base64 character: '${wrong.charAt(0)}'`;
  return 'Invalid last non-pad Base64 character dectected';
}

/** Copies a value with blobs and timestamps in their JSON form. JSON.stringify omits undefined members. */
function jsonValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / MS_PER_SECOND;
  if (value instanceof Uint8Array) return base64Of(value);
  if (Array.isArray(value)) return value.map(jsonValue);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonValue(member)]));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw serializationError('');
  }
}
