import type { OperationName, OutputOf } from '../operation-types.ts';

type WithoutOutput<Name extends OperationName = OperationName> = Name extends OperationName
  ? keyof OutputOf<Name> extends never
    ? Name
    : never
  : never;

/** An object rather than a list, so that the compiler demands every such operation of the SDK and accepts no other. */
const WITHOUT_OUTPUT: { readonly [Name in WithoutOutput]: true } = {
  AddTagsToStream: true,
  CreateStream: true,
  DecreaseStreamRetentionPeriod: true,
  DeleteChannel: true,
  DeleteResourcePolicy: true,
  DeleteStream: true,
  DeregisterStreamConsumer: true,
  IncreaseStreamRetentionPeriod: true,
  MergeShards: true,
  PutResourcePolicy: true,
  RemoveTagsFromStream: true,
  SplitShard: true,
  StartStreamEncryption: true,
  StopStreamEncryption: true,
  TagResource: true,
  UntagResource: true,
  UpdateMaxRecordSize: true,
  UpdateStreamMode: true,
  UpdateStreamRecordDistributionStrategy: true,
};

/** Operations whose output has no members. AWS returns an empty body for them. */
export const OPERATIONS_WITHOUT_OUTPUT: ReadonlySet<string> = new Set(Object.keys(WITHOUT_OUTPUT));
