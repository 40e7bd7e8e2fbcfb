import type { FaultCall } from '../../twin/faults.ts';
import type { Account } from '../account.ts';
import { ConnectionDropped, KinesisError } from '../errors.ts';
import { streamNameInArn } from '../identifiers/arn.ts';
import { fullShardId, shardIdOf } from '../identifiers/shard-id.ts';
import { parseShardIterator } from '../identifiers/shard-iterator.ts';

/** Applies the account's fault rules before and after the work of one call. */
export function callWithFaults<Output>(
  account: Account,
  operation: string,
  input: object,
  work: () => Output,
): Output | Promise<Awaited<Output>> {
  if (!account.faults.active) return work();
  return faultyCall(account, faultCallOf(account, operation, input), work);
}

async function faultyCall<Output>(account: Account, call: FaultCall, work: () => Output): Promise<Awaited<Output>> {
  const { clock, faults } = account;
  const { accountId } = account.options;
  const { untilMs, delayMs, dropBefore, dropAfter, error } = faults.decide({ ...call, accountId }, clock.nowMs());
  if (untilMs !== undefined) await stallUntil(account, call, untilMs);
  if (delayMs > 0) await new Promise<void>((resolve) => clock.at(clock.nowMs() + delayMs, resolve));
  if (dropBefore) throw new ConnectionDropped();
  if (error !== undefined) throw new KinesisError(error.code, error.message, error.status);
  const output = await work();
  if (dropAfter) throw new ConnectionDropped();
  return output;
}

/** Until a time, or until the rules that stall the call are gone. */
async function stallUntil(account: Account, call: FaultCall, untilMs: number): Promise<void> {
  const { clock, faults } = account;
  await new Promise<void>((resolve) => {
    const stops: (() => void)[] = [];
    const done = () => {
      for (const stop of stops) stop();
      resolve();
    };
    stops.push(clock.at(untilMs, done));
    stops.push(
      faults.onChange(() => {
        if (faults.stalledUntilMs(call, clock.nowMs()) === undefined) done();
      }),
    );
  });
}

/** The properties of a call that rules can match; a malformed call has fewer. */
function faultCallOf(account: Account, operation: string, input: object): FaultCall {
  const fields = input as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  const iterator = text('ShardIterator');
  if (iterator !== undefined) return { operation, ...placeOf(iterator, account.clock.nowMs()) };
  const deliveryStream = text('DeliveryStreamName');
  if (deliveryStream !== undefined) return { operation, stream: deliveryStream, isDelivery: true };
  const stream = text('StreamName') ?? streamNameInArn(text('StreamARN') ?? text('ConsumerARN') ?? '');
  const key = operation === 'PutRecord' ? text('PartitionKey') : undefined;
  const shard =
    key === undefined
      ? wholeId(text('ShardId'))
      : account.findStream(stream)?.shardIdOfKey(key, text('ExplicitHashKey'));
  return { operation, stream, shard };
}

const wholeId = (shardId: string | undefined): string | undefined =>
  shardId === undefined ? undefined : fullShardId(shardId);

function placeOf(iterator: string, nowMs: number): Pick<FaultCall, 'stream' | 'shard'> {
  try {
    const { streamName, shardIndex } = parseShardIterator(iterator, nowMs);
    return { stream: streamName, shard: shardIdOf(shardIndex) };
  } catch {
    // The call itself reports what is wrong with its input.
    return {};
  }
}
