import type * as KinesisSdk from '@aws-sdk/client-kinesis';
import type { OperationInput, OperationOf, OperationOutput } from '../sdk-operations.ts';
import type { Account } from './account.ts';

type Sdk = typeof KinesisSdk;

export type OperationName = OperationOf<Sdk>;
export type InputOf<Name extends OperationName> = OperationInput<Sdk, Name>;
export type OutputOf<Name extends OperationName> = OperationOutput<Sdk, Name>;

/** Handles one call whose input has passed the checks of the model. @throws KinesisError if the call is rejected. */
export type OperationHandler<Name extends OperationName> = (
  account: Account,
  input: InputOf<Name>,
) => OutputOf<Name> | Promise<OutputOf<Name>>;
