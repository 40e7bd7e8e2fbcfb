import type {
  UpdateStreamModeInput,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput,
  WarmThroughputObject,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, limitExceeded, resourceInUse, validationError } from '../errors.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { hasCommitment } from './account-settings.ts';
import { channelsOf } from './channel-lookup.ts';
import { requiredShardCount, requireOnDemandRoom } from './on-demand.ts';
import { MODE_SWITCHES_PER_DAY, requireShardRoom, WARM_THROUGHPUT_MIBPS_MAX } from './quotas.ts';
import { uniformPlan } from './shard-plan.ts';
import { countedToday, requireStatus, startUpdating } from './states.ts';

/** @throws InvalidArgumentException without a commitment, which unlocks warm throughput; LimitExceededException over 10 GiB/s. */
export function requireWarmThroughput(account: Account, mibps: number): void {
  if (!hasCommitment(account)) {
    throw invalidArgument(
      'WarmThroughputMiBps is only supported in accounts that have MinimumThroughputBillingCommitment enabled: enable it with UpdateAccountSettings.',
    );
  }
  if (mibps <= WARM_THROUGHPUT_MIBPS_MAX) return;
  throw limitExceeded(
    `WarmThroughputMiBps ${mibps} is over the limit of ${WARM_THROUGHPUT_MIBPS_MAX} MiB/s of a stream.`,
  );
}

/** Scales the stream, up or down, to the number of shards that the throughput needs. */
export function updateStreamWarmThroughput(
  account: Account,
  input: UpdateStreamWarmThroughputInput,
): UpdateStreamWarmThroughputOutput {
  const { WarmThroughputMiBps: mibps = 0 } = input;
  const stream = account.stream(input);
  const { state } = stream;
  if (state.mode === 'PROVISIONED') {
    throw validationError(
      `Request is invalid. Stream ${state.name} under account ${account.options.accountId} is in Provisioned mode, which has no warm throughput.`,
    );
  }
  requireWarmThroughput(account, mibps);
  requireStatus(stream, 'ACTIVE');
  warmUp(stream, mibps);
  return { StreamARN: stream.arn, StreamName: state.name, WarmThroughput: describedWarmThroughput(stream) };
}

function warmUp(stream: KinesisStream, mibps: number): void {
  stream.state.warmThroughputMibps = mibps;
  startUpdating(stream, uniformPlan(stream, requiredShardCount(stream)));
}

export function describedWarmThroughput({ state, openShards }: KinesisStream): WarmThroughputObject {
  const { warmThroughputMibps: target } = state;
  return { ...(target === undefined ? {} : { TargetMiBps: target }), CurrentMiBps: openShards.length };
}

/** Keeps the shards, unless warm throughput needs more of them. If the mode does not change, only the warm throughput does. */
export function updateStreamMode(account: Account, input: UpdateStreamModeInput): Record<never, never> {
  const { StreamModeDetails, WarmThroughputMiBps: mibps } = input;
  const mode = StreamModeDetails?.StreamMode ?? 'PROVISIONED';
  const stream = account.stream(input);
  const { state } = stream;
  if (mibps !== undefined) {
    if (mode === 'PROVISIONED') {
      throw validationError('WarmThroughputMiBps is only valid when the stream mode is being updated to ON_DEMAND.');
    }
    requireWarmThroughput(account, mibps);
  }
  requireStatus(stream, 'ACTIVE');
  if (state.mode === mode) {
    if (mibps !== undefined) warmUp(stream, mibps);
    return {};
  }
  if (mode === 'PROVISIONED') {
    requireProvisionable(stream);
    requireShardRoom(account, stream.openShards.length);
  } else requireOnDemandRoom(account);
  const switches = countedToday(account, state.modeSwitchesMs, MODE_SWITCHES_PER_DAY);
  if (switches === undefined) {
    throw limitExceeded(
      `The mode of a stream can be switched ${MODE_SWITCHES_PER_DAY} times per rolling 24 hours, and that of stream ${state.name} under account ${account.options.accountId} has been.`,
    );
  }
  state.modeSwitchesMs = switches;
  state.mode = mode;
  state.warmThroughputMibps = mibps;
  const moreShards = mibps !== undefined && mibps > stream.openShards.length;
  startUpdating(stream, moreShards ? uniformPlan(stream, mibps) : []);
  return {};
}

/** A provisioned stream cannot have settings that only on-demand streams have. */
function requireProvisionable(stream: KinesisStream): void {
  const { name, recordDistribution } = stream.state;
  if (recordDistribution === 'AUTO') {
    throw invalidArgument(
      `Stream ${name} has the record distribution strategy AUTO, which PROVISIONED mode does not support: set USER_PARTITION_KEY first.`,
    );
  }
  if (channelsOf(stream).length > 0) {
    throw resourceInUse(`Stream ${name} has channels, which PROVISIONED mode does not support: delete them first.`);
  }
}
