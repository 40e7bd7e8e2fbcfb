import type {
  Consumer,
  DeregisterStreamConsumerInput,
  DescribeStreamConsumerInput,
  DescribeStreamConsumerOutput,
  ListStreamConsumersInput,
  ListStreamConsumersOutput,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, limitExceeded, resourceInUse, resourceNotFound } from '../errors.ts';
import { consumerArn, streamArnOf } from '../identifiers/arn.ts';
import type { KinesisStream } from '../stream/stream.ts';
import type { ConsumerState } from '../stream/stream-state.ts';
import { finishConsumer } from './consumer-states.ts';
import { issueToken, pageOf, readToken, sameSecond } from './pages.ts';
import { CONSUMERS_CREATING_MAX, consumersMax } from './quotas.ts';
import { quotasHold, requireStatus } from './states.ts';
import { checkTags } from './tag-rules.ts';

const PAGE_MAX = 100;

export function registerStreamConsumer(
  account: Account,
  input: RegisterStreamConsumerInput,
): RegisterStreamConsumerOutput {
  const { ConsumerName: name = '', Tags = {} } = input;
  const stream = account.stream(input);
  requireStatus(stream, 'ACTIVE', 'UPDATING');
  const { state } = stream;
  const { accountId } = account.options;
  if (state.consumers.some((consumer) => consumer.name === name)) {
    throw resourceInUse(`Consumer ${name} under stream ${state.name} already exists for account ${accountId}.`);
  }
  checkTags(name, account, Tags);
  requireConsumerRoom(stream);
  const consumer = newConsumer(account, state.name, name, Tags);
  state.consumers.push(consumer);
  account.changed();
  finishConsumer(stream, consumer);
  return { Consumer: described(consumer) };
}

/**
 * A consumer in state CREATING. Its ARN has the second of its creation, which is a later one than that of the last consumer
 * of this name: a consumer that is registered again within a second is another one.
 */
export function newConsumer(
  account: Account,
  streamName: string,
  name: string,
  tags: Readonly<Record<string, string>> = {},
): ConsumerState {
  const nowMs = account.clock.nowMs();
  const nowSecond = Math.floor(nowMs / 1000);
  const key = `${streamName}/${name}`;
  const recent = Object.entries(account.state.consumerSeconds ?? {}).filter(([, second]) => second >= nowSecond);
  const last = recent.find(([name]) => name === key)?.[1] ?? 0;
  const createdSecond = Math.max(nowSecond, last + 1);
  account.state.consumerSeconds = { ...Object.fromEntries(recent), [key]: createdSecond };
  return {
    name,
    arn: consumerArn(account.options, streamName, name, createdSecond),
    createdAtMs: Math.max(nowMs, createdSecond * 1000),
    status: 'CREATING',
    tags: { ...tags },
    policy: undefined,
  };
}

function requireConsumerRoom({ account, state }: KinesisStream): void {
  const { accountId } = account.options;
  const most = consumersMax(account, state.mode === 'ON_DEMAND');
  if (state.consumers.length >= most) {
    throw limitExceeded(
      `Stream ${state.name} under account ${accountId} has as many consumers as it can have. Limit: ${most}.`,
    );
  }
  const creating = account.streams.flatMap((stream) => stream.state.consumers.filter(isCreating)).length;
  if (quotasHold(account) && creating >= CONSUMERS_CREATING_MAX) {
    throw limitExceeded(
      `Account ${accountId} has ${creating} consumers in CREATING state already. Limit: ${CONSUMERS_CREATING_MAX}.`,
    );
  }
}

const isCreating = ({ status }: ConsumerState): boolean => status === 'CREATING';

/** The consumer is DELETING, and its subscriptions end, until it is gone. */
export function deregisterStreamConsumer(account: Account, input: DeregisterStreamConsumerInput): Record<never, never> {
  const { stream, consumer } = findConsumer(account, input);
  if (consumer.status === 'DELETING') return {};
  consumer.status = 'DELETING';
  account.subscriptions.endAll((arn) => arn === consumer.arn);
  account.changed();
  finishConsumer(stream, consumer);
  return {};
}

export function describeStreamConsumer(
  account: Account,
  input: DescribeStreamConsumerInput,
): DescribeStreamConsumerOutput {
  const { stream, consumer } = findConsumer(account, input);
  return { ConsumerDescription: { ...described(consumer), StreamARN: stream.arn } };
}

interface ConsumerPosition {
  readonly streamArn: string;
  readonly createdAtMs: number;
  readonly after: string;
}

export function listStreamConsumers(account: Account, input: ListStreamConsumersInput): ListStreamConsumersOutput {
  const { NextToken, StreamCreationTimestamp } = input;
  if (NextToken !== undefined && StreamCreationTimestamp !== undefined) {
    throw invalidArgument('NextToken and StreamCreationTimestamp cannot be provided together.');
  }
  const stream = account.stream(input);
  const { name, createdAtMs, consumers } = stream.state;
  let after = '';
  if (NextToken !== undefined) {
    const position = readToken<ConsumerPosition>(account, 'ListStreamConsumers', NextToken);
    if (position.streamArn !== stream.arn || position.createdAtMs !== createdAtMs) {
      throw invalidArgument(`Invalid NextToken: it was issued for ${position.streamArn}.`);
    }
    after = position.after;
  } else if (StreamCreationTimestamp !== undefined && !sameSecond(StreamCreationTimestamp, createdAtMs)) {
    throw resourceNotFound(`Stream ${name} under account ${account.options.accountId} not found.`);
  }
  const rest = consumers.filter((consumer) => consumer.name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, hasMore } = pageOf(rest, Math.min(input.MaxResults ?? PAGE_MAX, PAGE_MAX));
  const last = items.at(-1);
  const Consumers = items.map(described);
  if (!hasMore || last === undefined) return { Consumers };
  const position: ConsumerPosition = { streamArn: stream.arn, createdAtMs, after: last.name };
  return { Consumers, NextToken: issueToken(account, 'ListStreamConsumers', position) };
}

/**
 * A consumer by its ARN, or by its name and its stream's ARN; all three may be given as long as they agree.
 * @throws InvalidArgumentException, ResourceNotFoundException
 */
function findConsumer(account: Account, input: DescribeStreamConsumerInput) {
  const { ConsumerARN: arn, ConsumerName: name, StreamARN } = input;
  if (arn === undefined && (name === undefined || StreamARN === undefined)) {
    throw invalidArgument('Either ConsumerARN, or both StreamARN and ConsumerName, should be provided.');
  }
  const stream = account.stream({ StreamARN: StreamARN ?? streamArnOf(arn ?? '') });
  const consumer = stream.state.consumers.find(
    (each) => (arn === undefined || each.arn === arn) && (name === undefined || each.name === name),
  );
  if (consumer !== undefined) return { stream, consumer };
  throw resourceNotFound(`Consumer ${arn ?? name}, account ${account.options.accountId} not found.`);
}

function described({ name, arn, status, createdAtMs }: ConsumerState): Consumer {
  return {
    ConsumerName: name,
    ConsumerARN: arn,
    ConsumerStatus: status,
    ConsumerCreationTimestamp: new Date(createdAtMs),
  };
}
