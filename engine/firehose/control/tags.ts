import type {
  ListTagsForDeliveryStreamInput,
  ListTagsForDeliveryStreamOutput,
  Tag,
  TagDeliveryStreamInput,
  UntagDeliveryStreamInput,
} from '@aws-sdk/client-firehose';
import { invalidArgument, limitExceeded } from '../../account/errors.ts';
import { type DeliveryAccount, requireStream } from './delivery-account.ts';
import type { DeliveryStreamState } from './delivery-stream-state.ts';

type Tags = DeliveryStreamState['tags'];

const TAGS_MAX = 50;

export function tagDeliveryStream(account: DeliveryAccount, input: TagDeliveryStreamInput): object {
  const state = requireStream(account, input.DeliveryStreamName);
  state.tags = addedTags(state.tags, input.Tags ?? []);
  account.changed();
  return {};
}

export function untagDeliveryStream(account: DeliveryAccount, input: UntagDeliveryStreamInput): object {
  const state = requireStream(account, input.DeliveryStreamName);
  const removed = new Set(input.TagKeys);
  state.tags = Object.fromEntries(Object.entries(state.tags).filter(([key]) => !removed.has(key)));
  account.changed();
  return {};
}

export function listTagsForDeliveryStream(
  account: DeliveryAccount,
  input: ListTagsForDeliveryStreamInput,
): ListTagsForDeliveryStreamOutput {
  const { ExclusiveStartTagKey: after = '', Limit = TAGS_MAX } = input;
  const { tags } = requireStream(account, input.DeliveryStreamName);
  const rest = Object.entries(tags)
    .filter(([key]) => key > after)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    Tags: rest.slice(0, Limit).map(([Key, Value]) => (Value === null ? { Key } : { Key, Value })),
    HasMoreTags: rest.length > Limit,
  };
}

/**
 * The tags of a delivery stream after some are added.
 * @throws InvalidArgumentException for a key that is there twice; LimitExceededException for more than 50 tags.
 */
export function addedTags(tags: Tags, added: readonly Tag[]): Tags {
  const keys = added.map(({ Key = '' }) => Key);
  if (new Set(keys).size < keys.length) throw invalidArgument('Tag keys must be unique.');
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key = '', Value = null }) => [Key, Value])) };
  if (Object.keys(all).length <= TAGS_MAX) return all;
  throw limitExceeded(`A delivery stream cannot have more than ${TAGS_MAX} tags.`);
}
