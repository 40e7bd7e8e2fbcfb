import type {
  AddTagsToStreamInput,
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  ListTagsForStreamInput,
  ListTagsForStreamOutput,
  RemoveTagsFromStreamInput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { pageOf } from './pages.ts';
import { findTagged, requireReady, type TaggedResource } from './resources.ts';
import { requireStatus } from './states.ts';
import { checkTagCharacters, checkTagKeys, checkTags } from './tag-rules.ts';

export function addTagsToStream(account: Account, input: AddTagsToStreamInput): Record<never, never> {
  const stream = account.stream(input);
  requireStatus(stream, 'ACTIVE', 'UPDATING');
  return addTags(account, stream.state, input.Tags ?? {});
}

export function removeTagsFromStream(account: Account, input: RemoveTagsFromStreamInput): Record<never, never> {
  const stream = account.stream(input);
  requireStatus(stream, 'ACTIVE', 'UPDATING');
  return removeTags(account, stream.state, input.TagKeys ?? []);
}

export function listTagsForStream(account: Account, input: ListTagsForStreamInput): ListTagsForStreamOutput {
  const { ExclusiveStartTagKey: after = '', Limit } = input;
  const rest = sortedTags(account.stream(input).state).filter(({ Key = '' }) => Key > after);
  const { items, hasMore } = pageOf(rest, Limit ?? rest.length);
  return { Tags: [...items], HasMoreTags: hasMore };
}

export function tagResource(account: Account, input: TagResourceInput): Record<never, never> {
  const { ResourceARN: arn = '' } = input;
  const resource = findTagged(account, arn);
  requireReady(account, arn);
  return addTags(account, resource, input.Tags ?? {});
}

export function untagResource(account: Account, input: UntagResourceInput): Record<never, never> {
  const { ResourceARN: arn = '' } = input;
  const resource = findTagged(account, arn);
  requireReady(account, arn);
  return removeTags(account, resource, input.TagKeys ?? []);
}

export const listTagsForResource = (account: Account, input: ListTagsForResourceInput): ListTagsForResourceOutput => ({
  Tags: sortedTags(findTagged(account, input.ResourceARN ?? '')),
});

function addTags(account: Account, resource: TaggedResource, added: Record<string, string>): Record<never, never> {
  checkTags(resource.name, account, added, resource.tags);
  resource.tags = { ...resource.tags, ...added };
  account.changed();
  return {};
}

/** Keys that the resource does not have are passed over. */
function removeTags(account: Account, resource: TaggedResource, keys: readonly string[]): Record<never, never> {
  checkTagKeys(keys);
  checkTagCharacters(keys, `remove tags from stream ${resource.name}`, account);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !keys.includes(key)));
  account.changed();
  return {};
}

const sortedTags = ({ tags }: TaggedResource): Tag[] =>
  Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
