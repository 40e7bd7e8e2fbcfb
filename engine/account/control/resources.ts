import type { Account } from '../account.ts';
import { resourceInUse, resourceNotFound } from '../errors.ts';
import { isStreamOrConsumerArn, streamArnOf } from '../identifiers/arn.ts';
import { requireStatus } from './states.ts';

/** A resource that can be tagged. Streams and consumers can have a policy, too. */
export interface TaggedResource {
  readonly name: string;
  tags: Record<string, string>;
}

export interface PolicyHolder {
  policy: string | undefined;
}

/** @throws ResourceNotFoundException */
export function findTagged(account: Account, arn: string): TaggedResource {
  const channel = account.state.channels.find((each) => each.arn === arn);
  return channel ?? findPolicyHolder(account, arn);
}

/** @throws ResourceNotFoundException */
export function findPolicyHolder(account: Account, arn: string): TaggedResource & PolicyHolder {
  if (!isStreamOrConsumerArn(arn)) throw notFound(arn);
  const stream = account.stream({ StreamARN: streamArnOf(arn) });
  if (arn === stream.arn) return stream.state;
  const consumer = stream.state.consumers.find((each) => each.arn === arn);
  if (consumer !== undefined) return consumer;
  throw notFound(arn);
}

/** @throws ResourceInUseException while the resource of an ARN is being made or deleted. */
export function requireReady(account: Account, arn: string): void {
  if (!isStreamOrConsumerArn(arn)) return;
  const stream = account.stream({ StreamARN: streamArnOf(arn) });
  requireStatus(stream, 'ACTIVE', 'UPDATING');
  const consumer = stream.state.consumers.find((each) => each.arn === arn);
  if (consumer === undefined || consumer.status === 'ACTIVE') return;
  throw resourceInUse(
    `Consumer ${consumer.name} with creation timestamp ${Math.floor(consumer.createdAtMs / 1000)} under stream ` +
      `${stream.state.name} and account ${account.options.accountId} is not in ACTIVE status.`,
  );
}

const notFound = (arn: string) => resourceNotFound(`Resource ${arn} not found.`);
