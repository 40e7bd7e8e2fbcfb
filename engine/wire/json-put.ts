import type { PutRecordInput as FirehoseInput } from '@aws-sdk/client-firehose';
import type { PutRecordInput, PutRecordsInput, PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';

/**
 * Reads the bodies of PutRecord and PutRecords, and of Firehose's PutRecord and PutRecordBatch, in one pass. JSON.parse creates a string and a property for every member,
 * and base64 is then decoded from that string into a separate buffer: 440 ns for a record of 100 bytes. This reader takes
 * 180 ns, because it decodes all data into one buffer.
 *
 * It knows only these members, and strings without escapes. Anything else falls back to the general decoder, which also
 * words the error.
 */
export function readPut(body: Buffer): PutInput | undefined {
  const scan = new PutScan(body);
  const input = scan.input();
  return scan.isAtEnd ? input : undefined;
}

/** Input of all of these operations. */
export type PutInput = Partial<PutRecordInput & PutRecordsInput & FirehoseInput>;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const EQUALS = 61;
const LIST_START = 91;
const LIST_END = 93;
const START = 123;
const END = 125;

/** The known members. Their lengths differ, so the length selects the one to compare with. */
const NAMES = [
  'Data',
  'Record',
  'Records',
  'StreamARN',
  'StreamName',
  'PartitionKey',
  'ExplicitHashKey',
  'DeliveryStreamName',
  'SequenceNumberForOrdering',
] as const;
const NAME_OF_LENGTH: ((typeof NAMES)[number] | undefined)[] = [];
for (const name of NAMES) NAME_OF_LENGTH[name.length] = name;
/** The two members of every record, as most clients write them. */
const DATA = '"Data":';
const PARTITION_KEY = '"PartitionKey":';
const NAME_LENGTH_MAX = NAME_OF_LENGTH.length - 1;

class PutScan {
  /** One character for each byte. Other than ASCII is decoded where it occurs. */
  readonly #text: string;
  readonly #data: Buffer;
  #dataEnd = 0;
  #at = 0;

  constructor(body: Buffer) {
    this.#text = body.toString('latin1');
    // Base64 is a third longer than its data.
    this.#data = Buffer.allocUnsafe(Math.ceil(body.length * 0.75));
  }

  get isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  /** Undefined if it contains anything unknown. */
  input(): PutInput | undefined {
    const input: PutInput = {};
    if (!this.#take(START)) return undefined;
    do {
      const name = this.#name();
      if (name === undefined) return undefined;
      if (name === 'Records') {
        const records = this.#records();
        if (records === undefined) return undefined;
        input.Records = records;
      } else if (name === 'Record') {
        const record = this.#record();
        if (record === undefined) return undefined;
        input.Record = record;
      } else if (name === 'Data') {
        const data = this.#blob();
        if (data === undefined) return undefined;
        input.Data = data;
      } else {
        const text = this.#string();
        if (text === undefined) return undefined;
        input[name] = text;
      }
    } while (this.#take(COMMA));
    return this.#take(END) ? input : undefined;
  }

  #records(): PutRecordsRequestEntry[] | undefined {
    const records: PutRecordsRequestEntry[] = [];
    if (!this.#take(LIST_START)) return undefined;
    do {
      const record = this.#record();
      if (record === undefined) return undefined;
      records.push(record);
    } while (this.#take(COMMA));
    return this.#take(LIST_END) ? records : undefined;
  }

  /** Creates each record at once with the same members, because adding members later costs more than reading them. */
  #record(): PutRecordsRequestEntry | undefined {
    let Data: Uint8Array | undefined;
    let PartitionKey: string | undefined;
    let ExplicitHashKey: string | undefined;
    if (!this.#take(START)) return undefined;
    do {
      const name = this.#name();
      if (name === 'Data') {
        Data = this.#blob();
        if (Data === undefined) return undefined;
      } else {
        const text = name === 'PartitionKey' || name === 'ExplicitHashKey' ? this.#string() : undefined;
        if (text === undefined) return undefined;
        if (name === 'PartitionKey') PartitionKey = text;
        else ExplicitHashKey = text;
      }
    } while (this.#take(COMMA));
    return this.#take(END) ? { Data, PartitionKey, ExplicitHashKey } : undefined;
  }

  /** Reads the name of a member and the colon after it. */
  #name(): (typeof NAMES)[number] | undefined {
    const text = this.#text;
    if (text.startsWith(DATA, this.#at)) return this.#skip(DATA, 'Data');
    if (text.startsWith(PARTITION_KEY, this.#at)) return this.#skip(PARTITION_KEY, 'PartitionKey');
    if (!this.#take(QUOTE)) return undefined;
    const from = this.#at;
    let to = from;
    while (to - from <= NAME_LENGTH_MAX && text.charCodeAt(to) !== QUOTE) to += 1;
    const name = NAME_OF_LENGTH[to - from];
    if (name === undefined || !text.startsWith(name, from)) return undefined;
    this.#at = to + 1;
    return this.#take(COLON) ? name : undefined;
  }

  #skip<Name>(text: string, name: Name): Name {
    this.#at += text.length;
    return name;
  }

  #string(): string | undefined {
    if (!this.#take(QUOTE)) return undefined;
    const text = this.#text;
    const from = this.#at;
    let isAscii = true;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        const string = text.slice(from, at);
        return isAscii ? string : Buffer.from(string, 'latin1').toString();
      }
      if (code === BACKSLASH || code < 32) return undefined;
      if (code > 126) isAscii = false;
    }
    return undefined;
  }

  #blob(): Uint8Array | undefined {
    if (!this.#take(QUOTE)) return undefined;
    const from = this.#at;
    const to = this.#text.indexOf('"', from);
    const characters = to - from;
    if (to < 0 || characters % 4 !== 0) return undefined;
    const start = this.#dataEnd;
    const bytes = this.#data.write(this.#text.slice(from, to), start, 'base64');
    if (bytes !== (characters / 4) * 3 - this.#paddingBefore(to)) return undefined;
    this.#at = to + 1;
    this.#dataEnd = start + bytes;
    return this.#data.subarray(start, start + bytes);
  }

  #paddingBefore(to: number): number {
    if (this.#text.charCodeAt(to - 1) !== EQUALS) return 0;
    return this.#text.charCodeAt(to - 2) === EQUALS ? 2 : 1;
  }

  /** Skips white space and then this character. Returns false if another character follows. */
  #take(code: number): boolean {
    let next = this.#text.charCodeAt(this.#at);
    if (next <= 32) {
      this.#skipSpace();
      next = this.#text.charCodeAt(this.#at);
    }
    if (next !== code) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }
}
