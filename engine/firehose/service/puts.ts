import type {
  PutRecordBatchInput,
  PutRecordBatchOutput,
  PutRecordInput,
  PutRecordOutput,
} from '@aws-sdk/client-firehose';
import { resourceNotFound } from '../../account/errors.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import type { FirehoseAccount } from './firehose-account.ts';

export function putRecord(account: FirehoseAccount, input: PutRecordInput): PutRecordOutput {
  const stream = writableStream(account, input.DeliveryStreamName);
  const [RecordId] = stream.put([input.Record?.Data ?? new Uint8Array()]);
  return { RecordId, Encrypted: false };
}

export function putRecordBatch(account: FirehoseAccount, input: PutRecordBatchInput): PutRecordBatchOutput {
  const stream = writableStream(account, input.DeliveryStreamName);
  const ids = stream.put((input.Records ?? []).map(({ Data = new Uint8Array() }) => Data));
  return { FailedPutCount: 0, Encrypted: false, RequestResponses: ids.map((RecordId) => ({ RecordId })) };
}

/** @throws ResourceNotFoundException if there is no such delivery stream, or it is not ACTIVE. */
function writableStream(account: FirehoseAccount, name = ''): DeliveryStream {
  const stream = account.stream(name);
  if (stream?.state.status === 'ACTIVE') return stream;
  throw resourceNotFound(`Firehose ${name} under account ${account.place.accountId} not found.`);
}
