import type { PutRecordBatchOutput } from '@aws-sdk/client-firehose';
import type { _Record, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { base64Of } from '../base64.ts';

/**
 * Writes the lists of records of responses in one pass: a copy with base64 instead of the data, and
 * JSON.stringify, take three times as long. It tracks if the text is ASCII, because ASCII becomes bytes faster.
 */
export class RecordsText {
  text = '';
  isAscii = true;

  putResults(entries: readonly PutRecordsResultEntry[]): void {
    let text = '';
    for (const { SequenceNumber, ShardId, ErrorCode, ErrorMessage } of entries) {
      const comma = text === '' ? '' : ',';
      if (ErrorCode === undefined) text += `${comma}{"SequenceNumber":"${SequenceNumber}","ShardId":"${ShardId}"}`;
      else {
        text += `${comma}{"ErrorCode":${this.#quoted(ErrorCode)},"ErrorMessage":${this.#quoted(ErrorMessage ?? '')}}`;
      }
    }
    this.text = text;
  }

  records(records: readonly _Record[]): void {
    let text = '';
    for (const { SequenceNumber, ApproximateArrivalTimestamp, Data, PartitionKey, EncryptionType } of records) {
      text += text === '' ? '{"SequenceNumber":"' : ',{"SequenceNumber":"';
      text += `${SequenceNumber}","Data":"${Data === undefined ? '' : base64Of(Data)}"`;
      if (ApproximateArrivalTimestamp !== undefined) {
        text += `,"ApproximateArrivalTimestamp":${this.#seconds(ApproximateArrivalTimestamp)}`;
      }
      if (PartitionKey !== undefined) text += `,"PartitionKey":${this.#quoted(PartitionKey)}`;
      text += EncryptionType === undefined ? '}' : `,"EncryptionType":"${EncryptionType}"}`;
    }
    this.text = text;
  }

  #quoted(value: string): string {
    if (PLAIN.test(value)) return `"${value}"`;
    const quoted = JSON.stringify(value);
    if (!ASCII.test(quoted)) this.isAscii = false;
    return quoted;
  }

  #lastMs = Number.NaN;
  #lastSeconds = '';

  /** Caches the text of the last time: records that arrived together have the same time, and a fraction is slow to write. */
  #seconds(time: Date): string {
    const ms = time.getTime();
    if (ms !== this.#lastMs) {
      this.#lastMs = ms;
      this.#lastSeconds = String(ms / 1000);
    }
    return this.#lastSeconds;
  }
}

/** The response of Firehose's PutRecordBatch, as JSON. Its ids are ASCII that JSON does not escape. */
export function putBatchText({ RequestResponses = [], ...others }: PutRecordBatchOutput): string {
  let text = '';
  for (const { RecordId, ErrorCode = '', ErrorMessage = '' } of RequestResponses) {
    const comma = text === '' ? '' : ',';
    if (RecordId !== undefined) text += `${comma}{"RecordId":"${RecordId}"}`;
    else text += comma + JSON.stringify({ ErrorCode, ErrorMessage });
  }
  return `${JSON.stringify(others).slice(0, -1)},"RequestResponses":[${text}]}`;
}

/** Text that JSON does not escape. */
const PLAIN = /^[ !#-[\]-~]*$/;
const ASCII = /^[ -~]*$/;
