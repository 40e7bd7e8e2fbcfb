import type {
  PutRecordBatchInput,
  PutRecordBatchOutput,
  PutRecordInput,
  PutRecordOutput,
} from '@aws-sdk/client-firehose';
import { invalidArgument, KinesisError } from '../../account/errors.ts';
import { notFound } from '../control/delivery-account.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import type { FirehoseAccount } from './firehose-account.ts';

/** Bytes of the records of one call, before base64. Source: type documentation of @aws-sdk/client-firehose 3.1143.0. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

export function putRecord(account: FirehoseAccount, input: PutRecordInput): PutRecordOutput {
  const stream = writableStream(account, input.DeliveryStreamName);
  const [RecordId] = stream.put([input.Record?.Data ?? new Uint8Array()]);
  return { RecordId, Encrypted: isEncrypted(stream) };
}

export function putRecordBatch(account: FirehoseAccount, input: PutRecordBatchInput): PutRecordBatchOutput {
  const stream = writableStream(account, input.DeliveryStreamName);
  const data = (input.Records ?? []).map(({ Data = new Uint8Array() }) => Data);
  if (data.reduce((bytes, { length }) => bytes + length, 0) > BATCH_BYTES_MAX) {
    throw invalidArgument('Records size exceeds 4 MB limit');
  }
  const ids = stream.put(data);
  return {
    FailedPutCount: 0,
    Encrypted: isEncrypted(stream),
    RequestResponses: ids.map((RecordId) => ({ RecordId })),
  };
}

const isEncrypted = ({ state }: DeliveryStream): boolean => state.encryption.status === 'ENABLED';

/**
 * @throws ResourceNotFoundException if there is no such delivery stream, or it is not ACTIVE; InvalidSourceException if its
 *   source is a stream of Kinesis.
 */
function writableStream(account: FirehoseAccount, name = ''): DeliveryStream {
  const stream = account.stream(name);
  if (stream?.state.status !== 'ACTIVE') throw notFound(account, name);
  if (stream.state.source.kind === 'direct-put') return stream;
  throw new KinesisError(
    'InvalidSourceException',
    `Firehose ${name} under account ${account.place.accountId} takes records only from its Kinesis stream.`,
  );
}
