import type * as KinesisSdk from '@aws-sdk/client-kinesis';
import type { Account } from './account.ts';

type Sdk = typeof KinesisSdk;

/** Every operation of the SDK's client, by the name that goes over the wire: PutRecords of PutRecordsCommand. */
export type OperationName = Exclude<CommandNames<keyof Sdk>, '$'>;
type CommandNames<Name> = Name extends `${infer Operation}Command` ? Operation : never;

type CommandOf<Name extends OperationName> = Sdk[`${Name}Command`] extends abstract new (
  ...input: never[]
) => infer Command
  ? Command
  : never;

export type InputOf<Name extends OperationName> =
  CommandOf<Name> extends { readonly input: infer Input extends object } ? Input : never;

export type OutputOf<Name extends OperationName> =
  CommandOf<Name> extends {
    resolveMiddleware(...rest: never[]): (...call: never[]) => Promise<{ readonly output: infer Output }>;
  }
    ? Omit<Output, '$metadata'>
    : never;

/** Handles one call whose input has passed the checks of the model. @throws KinesisError if the call is rejected. */
export type OperationHandler<Name extends OperationName> = (
  account: Account,
  input: InputOf<Name>,
) => OutputOf<Name> | Promise<OutputOf<Name>>;
