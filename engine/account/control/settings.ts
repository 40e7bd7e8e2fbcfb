import type {
  DecreaseStreamRetentionPeriodInput,
  DisableEnhancedMonitoringInput,
  EnableEnhancedMonitoringInput,
  EnhancedMonitoringOutput,
  IncreaseStreamRetentionPeriodInput,
  MetricsName,
  StartStreamEncryptionInput,
  StopStreamEncryptionInput,
  UpdateMaxRecordSizeInput,
  UpdateStreamRecordDistributionStrategyInput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, limitExceeded } from '../errors.ts';
import { SHARD_LEVEL_METRICS } from '../stream/metrics.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { ENCRYPTION_SWITCHES_PER_DAY } from './quotas.ts';
import { countedToday, requireStatus, startUpdating } from './states.ts';
import { autoNeedsOnDemand } from './streams.ts';

const RETENTION_HOURS_MIN = 24;
const RETENTION_HOURS_MAX = 8760;

export function increaseStreamRetentionPeriod(
  account: Account,
  input: IncreaseStreamRetentionPeriodInput,
): Record<never, never> {
  const { RetentionPeriodHours: hours = 0 } = input;
  const stream = activeStream(account, input);
  const { retentionHours } = stream.state;
  checkRetention(hours);
  if (hours < retentionHours) throw wrongDirection(stream, hours, 'shorter', 'Decrease');
  return setRetention(stream, hours);
}

/** Records that are older than the new period are gone at once. */
export function decreaseStreamRetentionPeriod(
  account: Account,
  input: DecreaseStreamRetentionPeriodInput,
): Record<never, never> {
  const { RetentionPeriodHours: hours = 0 } = input;
  const stream = activeStream(account, input);
  const { retentionHours } = stream.state;
  checkRetention(hours);
  if (hours > retentionHours) throw wrongDirection(stream, hours, 'longer', 'Increase');
  return setRetention(stream, hours);
}

/** The period that holds already is no change, and AWS takes it for a success. */
function setRetention(stream: KinesisStream, hours: number): Record<never, never> {
  if (hours === stream.state.retentionHours) return {};
  giveUpOld(stream);
  stream.state.retentionHours = hours;
  giveUpOld(stream);
  startUpdating(stream);
  return {};
}

/** Records past retention are trimmed before a period changes: a longer one does not bring them back. */
function giveUpOld({ shards }: KinesisStream): void {
  for (const shard of shards) shard.trim();
}

export function checkRetention(hours: number): void {
  const requested = `Requested retention period (${hours} hours)`;
  if (hours < RETENTION_HOURS_MIN) {
    throw invalidArgument(
      `Minimum allowed retention period is ${RETENTION_HOURS_MIN} hours. ${requested} is too short.`,
    );
  }
  if (hours > RETENTION_HOURS_MAX) {
    throw invalidArgument(
      `Maximum allowed retention period is ${RETENTION_HOURS_MAX} hours. ${requested} is too long.`,
    );
  }
}

function wrongDirection({ state }: KinesisStream, hours: number, side: string, other: string) {
  return invalidArgument(
    `Requested retention period (${hours} hours) for stream ${state.name} can not be ${side} than existing retention ` +
      `period (${state.retentionHours} hours). Use ${other}RetentionPeriod API.`,
  );
}

export const enableEnhancedMonitoring = (
  account: Account,
  input: EnableEnhancedMonitoringInput,
): EnhancedMonitoringOutput => setMetrics(account, input, (metric, asked, before) => asked || before.includes(metric));

export const disableEnhancedMonitoring = (
  account: Account,
  input: DisableEnhancedMonitoringInput,
): EnhancedMonitoringOutput => setMetrics(account, input, (metric, asked, before) => !asked && before.includes(metric));

function setMetrics(
  account: Account,
  input: EnableEnhancedMonitoringInput,
  isOn: (metric: MetricsName, asked: boolean, before: readonly MetricsName[]) => boolean,
): EnhancedMonitoringOutput {
  const stream = activeStream(account, input);
  const { ShardLevelMetrics: asked = [] } = input;
  const before = stream.state.shardLevelMetrics;
  const after = SHARD_LEVEL_METRICS.filter((metric) =>
    isOn(metric, asked.includes(metric) || asked.includes('ALL'), before),
  );
  stream.state.shardLevelMetrics = after;
  startUpdating(stream);
  return {
    StreamName: stream.state.name,
    CurrentShardLevelMetrics: [...before],
    DesiredShardLevelMetrics: [...after],
    StreamARN: stream.arn,
  };
}

/** Encryption is a mark on the stream and on responses. There is no key service: every key is accepted. */
export function startStreamEncryption(account: Account, input: StartStreamEncryptionInput): Record<never, never> {
  const stream = activeStream(account, input);
  const { state } = stream;
  requireKms(input.EncryptionType);
  state.encryptionStartsMs = countedSwitch(stream, state.encryptionStartsMs, 'StartStreamEncryption');
  state.encryption = 'KMS';
  state.keyId = input.KeyId;
  startUpdating(stream);
  return {};
}

export function stopStreamEncryption(account: Account, input: StopStreamEncryptionInput): Record<never, never> {
  const stream = activeStream(account, input);
  const { state } = stream;
  requireKms(input.EncryptionType);
  state.encryptionStopsMs = countedSwitch(stream, state.encryptionStopsMs, 'StopStreamEncryption');
  state.encryption = 'NONE';
  state.keyId = undefined;
  startUpdating(stream);
  return {};
}

/** SDK: "The encryption type to use. The only valid value is KMS." */
function requireKms(type: string | undefined): void {
  if (type !== 'KMS') throw invalidArgument(`EncryptionType ${type} is not valid here. The only valid value is KMS.`);
}

function countedSwitch({ account, state }: KinesisStream, timesMs: readonly number[], operation: string): number[] {
  const counted = countedToday(account, timesMs, ENCRYPTION_SWITCHES_PER_DAY);
  if (counted !== undefined) return counted;
  throw limitExceeded(
    `${operation} can succeed ${ENCRYPTION_SWITCHES_PER_DAY} times per rolling 24 hours, and has for stream ${state.name} under account ${account.options.accountId}.`,
  );
}

export function updateMaxRecordSize(account: Account, input: UpdateMaxRecordSizeInput): Record<never, never> {
  const stream = activeStream(account, input);
  stream.state.maxRecordKib = input.MaxRecordSizeInKiB ?? 1024;
  startUpdating(stream);
  return {};
}

/** Holds at once, for the records that come from then on. */
export function updateStreamRecordDistributionStrategy(
  account: Account,
  input: UpdateStreamRecordDistributionStrategyInput,
): Record<never, never> {
  const stream = account.stream(input);
  requireStatus(stream, 'ACTIVE', 'UPDATING');
  const strategy = input.RecordDistributionStrategy ?? 'USER_PARTITION_KEY';
  if (strategy === 'AUTO' && stream.state.mode === 'PROVISIONED') throw autoNeedsOnDemand();
  stream.state.recordDistribution = strategy;
  account.changed();
  return {};
}

function activeStream(account: Account, input: { StreamName?: string | undefined; StreamARN?: string | undefined }) {
  const stream = account.stream(input);
  requireStatus(stream, 'ACTIVE');
  return stream;
}
