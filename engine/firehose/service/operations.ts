import { KinesisError } from '../../account/errors.ts';
import { callWithFaults } from '../../account/service/faulty-call.ts';
import { checkStructure } from '../../account/validation/validation.ts';
import { createDeliveryStream } from '../control/create.ts';
import { deleteDeliveryStream, listDeliveryStreams } from '../control/delivery-streams.ts';
import { describeDeliveryStream } from '../control/describe.ts';
import { startDeliveryStreamEncryption, stopDeliveryStreamEncryption } from '../control/encryption.ts';
import { INPUTS } from '../control/model/inputs.ts';
import { listTagsForDeliveryStream, tagDeliveryStream, untagDeliveryStream } from '../control/tags.ts';
import { updateDestination } from '../control/update.ts';
import { countCall } from './call-rates.ts';
import { checkQueries } from './check-queries.ts';
import type { FirehoseAccount } from './firehose-account.ts';
import { isFirehoseOperation } from './operation-names.ts';
import type { FirehoseHandler, FirehoseOperation } from './operation-types.ts';
import { putRecord, putRecordBatch } from './puts.ts';

/** Every operation of the SDK's client. The compiler demands a handler for each. */
const OPERATIONS: { readonly [Name in FirehoseOperation]: FirehoseHandler<Name> } = {
  CreateDeliveryStream: createDeliveryStream,
  DeleteDeliveryStream: deleteDeliveryStream,
  DescribeDeliveryStream: describeDeliveryStream,
  ListDeliveryStreams: listDeliveryStreams,
  ListTagsForDeliveryStream: listTagsForDeliveryStream,
  PutRecord: putRecord,
  PutRecordBatch: putRecordBatch,
  StartDeliveryStreamEncryption: startDeliveryStreamEncryption,
  StopDeliveryStreamEncryption: stopDeliveryStreamEncryption,
  TagDeliveryStream: tagDeliveryStream,
  UntagDeliveryStream: untagDeliveryStream,
  UpdateDestination: updateDestination,
};

/** Operations whose input may have a jq query. */
const WITH_QUERIES: readonly FirehoseOperation[] = ['CreateDeliveryStream', 'UpdateDestination'];

type Handler = (account: FirehoseAccount, input: object) => object;

/**
 * Handles one call of any operation of Firehose: applies the account's fault rules, checks the input against the model, counts
 * the call against the rates of the control plane, then runs the operation.
 * @param input in the shape of the SDK's types, but untrusted.
 * @throws KinesisError; UnknownOperationException for an unknown name.
 */
export function callFirehose(account: FirehoseAccount, operation: string, input: object): object | Promise<object> {
  if (!isFirehoseOperation(operation)) {
    throw new KinesisError('UnknownOperationException', `${operation} is not an operation of Firehose.`);
  }
  return callWithFaults(account.account, operation, input, () => {
    const checked = checkStructure(INPUTS[operation], input);
    countCall(account, operation);
    const run = () => {
      const startMs = performance.now();
      const output = account.account.whenKept(() => (OPERATIONS[operation] as Handler)(account, checked));
      countCallTime(account, operation, checked, performance.now() - startMs);
      return output;
    };
    const checking = WITH_QUERIES.includes(operation) ? checkQueries(checked, account.queryTimeoutMs) : undefined;
    return checking === undefined ? run() : checking.then(run);
  });
}

/** Metrics of calls of the control plane. Their name of UpdateDestination is that of CloudWatch. */
const CALL_METRICS: Partial<Record<FirehoseOperation, string>> = {
  DescribeDeliveryStream: 'DescribeDeliveryStream',
  UpdateDestination: 'UpdateDeliveryStream',
};

function countCallTime(account: FirehoseAccount, operation: FirehoseOperation, input: object, latencyMs: number): void {
  const metric = CALL_METRICS[operation];
  if (metric === undefined) return;
  const { DeliveryStreamName: name = '' }: { readonly DeliveryStreamName?: string } = input;
  account.stream(name)?.metrics.call(metric, latencyMs);
}
