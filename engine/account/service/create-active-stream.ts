import type { Account } from '../account.ts';
import { newConsumer } from '../control/consumers.ts';
import { consumersMax, ON_DEMAND_SHARDS_MIN, requireShardRoom } from '../control/quotas.ts';
import { checkRetention } from '../control/settings.ts';
import { checkTags } from '../control/tag-rules.ts';
import { limitExceeded, resourceInUse } from '../errors.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { newStreamState } from '../stream/stream.ts';
import { checkInput } from '../validation/validation.ts';

/** Settings of a new stream. Each has the default that CreateStream has, except for the mode. */
export interface StreamSettings {
  /** `provisioned` by default. */
  readonly mode?: 'provisioned' | 'on-demand' | undefined;
  /** Open shards with even hash-key ranges: 1 by default, 4 in on-demand mode. */
  readonly shards?: number | undefined;
  /** 24 to 8760 hours, 24 by default. */
  readonly retentionHours?: number | undefined;
  /** Largest record, 1024 to 10240 KiB, 1024 by default. */
  readonly maxRecordKib?: number | undefined;
  /** Names of enhanced fan-out consumers, which are registered and ACTIVE. */
  readonly consumers?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Creates a stream that is ACTIVE at once, with its consumers. Nothing is created if a setting is invalid.
 * @throws KinesisError with the code and message of the operation that rejects the setting: CreateStream,
 *   IncreaseStreamRetentionPeriod or RegisterStreamConsumer.
 */
export function createActiveStream(account: Account, name: string, settings: StreamSettings): KinesisStream {
  const { mode = 'provisioned', retentionHours = 24, maxRecordKib = 1024, consumers = [], tags = {} } = settings;
  const isOnDemand = mode === 'on-demand';
  const shards = settings.shards ?? (isOnDemand ? ON_DEMAND_SHARDS_MIN : 1);
  checkInput('CreateStream', {
    StreamName: name,
    ShardCount: shards,
    MaxRecordSizeInKiB: maxRecordKib,
    ...(settings.tags === undefined ? {} : { Tags: tags }),
  });
  checkTags(name, account, tags);
  checkRetention(retentionHours);
  checkConsumers(account, name, consumers, isOnDemand);
  if (account.findStream(name) !== undefined) {
    throw resourceInUse(`Stream ${name} under account ${account.options.accountId} already exists.`);
  }
  if (!isOnDemand) requireShardRoom(account, shards);
  return account.addStream({
    ...newStreamState(name, shards, account.clock.nowMs()),
    status: 'ACTIVE',
    mode: isOnDemand ? 'ON_DEMAND' : 'PROVISIONED',
    retentionHours,
    maxRecordKib,
    tags: { ...tags },
    consumers: consumers.map((consumer) => ({ ...newConsumer(account, name, consumer), status: 'ACTIVE' })),
  });
}

function checkConsumers(account: Account, streamName: string, names: readonly string[], isOnDemand: boolean): void {
  const { accountId } = account.options;
  for (const name of names)
    checkInput('RegisterStreamConsumer', { StreamARN: account.arnOf(streamName), ConsumerName: name });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw resourceInUse(`Consumer ${twice} under stream ${streamName} already exists for account ${accountId}.`);
  }
  const most = consumersMax(account, isOnDemand);
  if (names.length <= most) return;
  throw limitExceeded(
    `Stream ${streamName} under account ${accountId} has as many consumers as it can have. Limit: ${most}.`,
  );
}
