import type * as FirehoseSdk from '@aws-sdk/client-firehose';
import type { FirehoseAccount } from './firehose-account.ts';

type Sdk = typeof FirehoseSdk;

/** Every operation of the SDK's client, by the name that goes over the wire: PutRecord of PutRecordCommand. */
export type FirehoseOperation = Exclude<CommandNames<keyof Sdk>, '$'>;
type CommandNames<Name> = Name extends `${infer Operation}Command` ? Operation : never;

type CommandOf<Name extends FirehoseOperation> = Sdk[`${Name}Command`] extends abstract new (
  ...input: never[]
) => infer Command
  ? Command
  : never;

export type FirehoseInputOf<Name extends FirehoseOperation> =
  CommandOf<Name> extends { readonly input: infer Input extends object } ? Input : never;

export type FirehoseOutputOf<Name extends FirehoseOperation> =
  CommandOf<Name> extends {
    resolveMiddleware(...rest: never[]): (...call: never[]) => Promise<{ readonly output: infer Output }>;
  }
    ? Omit<Output, '$metadata'>
    : never;

/** Handles one call whose input has passed the checks of the model. @throws KinesisError if the call is rejected. */
export type FirehoseHandler<Name extends FirehoseOperation> = (
  account: FirehoseAccount,
  input: FirehoseInputOf<Name>,
) => FirehoseOutputOf<Name> | Promise<FirehoseOutputOf<Name>>;
