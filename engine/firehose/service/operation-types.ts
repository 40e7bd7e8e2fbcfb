import type * as FirehoseSdk from '@aws-sdk/client-firehose';
import type { OperationInput, OperationOf, OperationOutput } from '../../sdk-operations.ts';
import type { FirehoseAccount } from './firehose-account.ts';

type Sdk = typeof FirehoseSdk;

export type FirehoseOperation = OperationOf<Sdk>;
export type FirehoseInputOf<Name extends FirehoseOperation> = OperationInput<Sdk, Name>;
export type FirehoseOutputOf<Name extends FirehoseOperation> = OperationOutput<Sdk, Name>;

/** Handles one call whose input has passed the checks of the model. @throws KinesisError if the call is rejected. */
export type FirehoseHandler<Name extends FirehoseOperation> = (
  account: FirehoseAccount,
  input: FirehoseInputOf<Name>,
) => FirehoseOutputOf<Name> | Promise<FirehoseOutputOf<Name>>;
