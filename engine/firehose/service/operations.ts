import { KinesisError } from '../../account/errors.ts';
import { createDeliveryStream, deleteDeliveryStream, listDeliveryStreams } from '../control/delivery-streams.ts';
import { describeDeliveryStream } from '../control/describe.ts';
import type { FirehoseAccount } from './firehose-account.ts';
import { putRecord, putRecordBatch } from './puts.ts';

const OPERATIONS = {
  CreateDeliveryStream: createDeliveryStream,
  DeleteDeliveryStream: deleteDeliveryStream,
  DescribeDeliveryStream: describeDeliveryStream,
  ListDeliveryStreams: listDeliveryStreams,
  PutRecord: putRecord,
  PutRecordBatch: putRecordBatch,
};

type CallName = keyof typeof OPERATIONS;
type Handler = (account: FirehoseAccount, input: object) => object;

export const isFirehoseOperation = (operation: string): operation is CallName => Object.hasOwn(OPERATIONS, operation);

/** Handles one call of any operation of Firehose. @throws KinesisError; UnknownOperationException for an unknown name. */
export function callFirehose(account: FirehoseAccount, operation: string, input: object): object {
  if (!isFirehoseOperation(operation)) {
    throw new KinesisError('UnknownOperationException', `${operation} is not an operation of Firehose.`);
  }
  return (OPERATIONS[operation] as Handler)(account, input);
}
