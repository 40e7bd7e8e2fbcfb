import type {
  _Record,
  PutRecordBatchInput,
  PutRecordBatchOutput,
  PutRecordBatchResponseEntry,
  PutRecordInput,
  PutRecordOutput,
} from '@aws-sdk/client-firehose';
import { internalFailure, invalidArgument, KinesisError } from '../../account/errors.ts';
import { ACCEPTED, ERRORED, PENDING, THROTTLED } from '../../log/record-batch.ts';
import { notFound } from '../control/delivery-account.ts';
import { PutIntake } from '../delivery/put-intake.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import type { FirehoseAccount } from './firehose-account.ts';

const SLOW_DOWN = { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' } as const;
const INTERNAL_FAILURE = { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal service failure.' } as const;

/** The one place for the records of a call: calls are handled one by one. */
let intake: PutIntake | undefined;

/** PutRecord: the one record is accepted, or the call fails. */
export function putRecord(account: FirehoseAccount, input: PutRecordInput): PutRecordOutput | Promise<PutRecordOutput> {
  const stream = writableStream(account, input.DeliveryStreamName);
  const { batch } = append(account, stream, [input.Record ?? NO_RECORD], 'PutRecord');
  if (batch.status[0] === THROTTLED) throw slowDown();
  if (batch.status[0] !== ACCEPTED) throw internalFailure();
  const output = { RecordId: stream.idAt(batch.sequenceNumber[0]!), Encrypted: isEncrypted(stream) };
  return whenSettled(stream, output);
}

/** PutRecordBatch: each record is accepted or rejected separately. The call as a whole fails only if it is malformed. */
export function putRecordBatch(
  account: FirehoseAccount,
  input: PutRecordBatchInput,
): PutRecordBatchOutput | Promise<PutRecordBatchOutput> {
  const stream = writableStream(account, input.DeliveryStreamName);
  const { batch } = append(account, stream, input.Records ?? [], 'PutRecordBatch');
  const responses = new Array<PutRecordBatchResponseEntry>(batch.count);
  let failed = 0;
  for (let row = 0; row < batch.count; row++) {
    const status = batch.status[row];
    if (status === ACCEPTED) responses[row] = { RecordId: stream.idAt(batch.sequenceNumber[row]!) };
    else {
      failed += 1;
      responses[row] = status === THROTTLED ? SLOW_DOWN : INTERNAL_FAILURE;
    }
  }
  const output = { FailedPutCount: failed, Encrypted: isEncrypted(stream), RequestResponses: responses };
  return failed === batch.count ? output : whenSettled(stream, output);
}

const NO_RECORD: _Record = { Data: new Uint8Array() };

/** Appends records. Afterwards each row of the batch is ACCEPTED, THROTTLED or ERRORED. */
function append(
  account: FirehoseAccount,
  stream: DeliveryStream,
  records: readonly _Record[],
  operation: 'PutRecord' | 'PutRecordBatch',
): PutIntake {
  const startMs = performance.now();
  intake ??= new PutIntake();
  intake.begin();
  for (const { Data } of records) if (!intake.add(Data!)) throw invalidArgument('Records size exceeds 4 MB limit');
  const { batch } = intake;
  if (operation === 'PutRecordBatch') failAsAsked(account, stream, intake);
  stream.admit(intake, account.clock.nowMs());
  const accepted = intake.admittedCount === 0 ? 0 : stream.append(intake);
  for (let k = accepted; k < intake.admittedCount; k++) batch.status[intake.admitted[k]!] = ERRORED;
  for (let row = 0; row < batch.count; row++) if (batch.status[row] === PENDING) batch.status[row] = THROTTLED;
  stream.metrics.put(operation, intake, performance.now() - startMs);
  return intake;
}

/** Applies the failures of single records that a fault rule demands. */
function failAsAsked(account: FirehoseAccount, { state }: DeliveryStream, { batch }: PutIntake): void {
  const { faults, clock } = account.account;
  if (!faults.failsRecords) return;
  for (let row = 0; row < batch.count; row++) {
    const code = faults.failsRecord(state.name, undefined, clock.nowMs(), 'PutRecordBatch');
    if (code !== undefined) batch.status[row] = code === 'InternalFailure' ? ERRORED : THROTTLED;
  }
}

/** A record that the disk did not accept is an InternalFailure for the caller. The store reports the cause. */
function whenSettled<Output>(stream: DeliveryStream, output: Output): Output | Promise<Output> {
  const settled = stream.settled();
  if (settled === undefined) return output;
  return settled.then(
    () => output,
    () => {
      throw internalFailure();
    },
  );
}

const slowDown = () => new KinesisError(SLOW_DOWN.ErrorCode, SLOW_DOWN.ErrorMessage, 503);

const isEncrypted = ({ state }: DeliveryStream): boolean => state.encryption.status === 'ENABLED';

/**
 * @throws ResourceNotFoundException if there is no such delivery stream, or it is not ACTIVE; ServiceUnavailableException if it
 *   cannot run at present; InvalidSourceException if its source is a stream of Kinesis.
 */
function writableStream(account: FirehoseAccount, name = ''): DeliveryStream {
  const stream = account.stream(name);
  // A delivery stream that could not be started after a restart may start later.
  if (stream === undefined && account.find(name)?.status === 'ACTIVE') throw slowDown();
  if (stream?.state.status !== 'ACTIVE') throw notFound(account, name);
  if (stream.state.source.kind === 'direct-put') return stream;
  throw new KinesisError(
    'InvalidSourceException',
    `Firehose ${name} under account ${account.place.accountId} takes records only from its Kinesis stream.`,
  );
}
