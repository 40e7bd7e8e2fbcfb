import type { StreamStatus } from '@aws-sdk/client-kinesis';
import { resourceInUse } from '../errors.ts';
import { DISK_RETRY_MS, notDone } from '../store-defect.ts';
import type { KinesisStream } from '../stream/stream.ts';
import type { StreamAccount } from '../stream/stream-account.ts';
import type { Reshape } from '../stream/stream-state.ts';

/**
 * A stream goes CREATING -> ACTIVE, then ACTIVE -> UPDATING -> ACTIVE with each change that AWS makes in the background,
 * and ACTIVE -> DELETING -> gone. Settings hold from the call on; shards are split and merged when UPDATING ends.
 */
export function finishCreating(stream: KinesisStream): void {
  after(stream, stream.account.options.delaysMs.creating, 'CREATING', () => {
    stream.state.status = 'ACTIVE';
  });
}

/** Sets a stream UPDATING, and ACTIVE again some time after, when its shards have gone through the reshapes. */
export function startUpdating(stream: KinesisStream, reshapes: readonly Reshape[] = []): void {
  stream.state.status = 'UPDATING';
  stream.state.pendingReshapes = [...reshapes];
  stream.account.changed();
  finishUpdating(stream);
}

export function finishUpdating(stream: KinesisStream): void {
  const { account, state } = stream;
  after(stream, account.options.delaysMs.updating, 'UPDATING', () => {
    for (let step = state.pendingReshapes[0]; step !== undefined; step = state.pendingReshapes[0]) {
      reshape(stream, step);
      state.pendingReshapes.shift();
    }
    state.status = 'ACTIVE';
  });
}

export function startDeleting(stream: KinesisStream): void {
  stream.state.status = 'DELETING';
  stream.account.changed();
  finishDeleting(stream);
}

export function finishDeleting(stream: KinesisStream): void {
  const { account } = stream;
  after(stream, account.options.delaysMs.deleting, 'DELETING', () => {
    // Never rejects. CreateStream waits for it if the name is the same.
    void account.removeStream(stream);
  });
}

/** @throws ResourceInUseException unless the stream is in one of the states. */
export function requireStatus(stream: KinesisStream, ...statuses: readonly StreamStatus[]): void {
  const { name, status } = stream.state;
  if (statuses.includes(status)) return;
  const { accountId } = stream.account.options;
  throw resourceInUse(
    `Stream ${name} under account ${accountId} not ${statuses.join(' or ')}, instead in state ${status}`,
  );
}

/** Runs something in a while, unless the stream has gone or has left the state by then. */
function after(stream: KinesisStream, delayMs: number, status: StreamStatus, run: () => void): void {
  const { account } = stream;
  runAfter(account, delayMs, () => {
    if (stream.state.status !== status || account.findStream(stream.state.name) !== stream) return;
    account.changeAtOnce(run);
  });
}

/**
 * Runs something after a delay, or at once without one, unless the account is closed by then. A failure, such as files of a
 * shard that cannot be opened, is reported once and retried.
 */
export function runAfter(account: StreamAccount, delayMs: number, run: () => void): void {
  let isTold = false;
  const attempt = () => {
    if (account.isClosed) return;
    try {
      run();
    } catch (cause) {
      if (!isTold) account.options.onDefect(notDone(account.folder.path, cause));
      isTold = true;
      account.clock.at(account.clock.nowMs() + DISK_RETRY_MS, attempt);
    }
  };
  if (delayMs <= 0) attempt();
  else account.clock.at(account.clock.nowMs() + delayMs, attempt);
}

/** @throws errors of the file system if a shard's files cannot be opened; nothing has changed then. */
function reshape(stream: KinesisStream, step: Reshape): void {
  const shard = openShard(stream, step.shardIndex);
  shard.open();
  if (step.kind === 'split') {
    stream.split(shard, BigInt(step.newStartingHashKey));
    return;
  }
  const adjacent = openShard(stream, step.adjacentIndex);
  adjacent.open();
  stream.merge(shard, adjacent);
}

function openShard(stream: KinesisStream, index: number) {
  const shard = stream.openShards.find(({ state }) => state.index === index);
  if (shard === undefined)
    throw new Error(`shard ${index} of stream ${stream.state.name} is not open, so it cannot be reshaped`);
  return shard;
}

export const DAY_MS = 86_400_000;

/** Quotas per account, day and second hold only where the account is to behave as AWS's. */
export const quotasHold = (account: StreamAccount): boolean => account.options.limits === 'aws';

/** Times of the last 24 hours, with now as the newest. Undefined when there are as many as AWS allows already. */
export function countedToday(account: StreamAccount, timesMs: readonly number[], most: number): number[] | undefined {
  const nowMs = account.clock.nowMs();
  const recent = timesMs.filter((atMs) => atMs > nowMs - DAY_MS);
  if (quotasHold(account) && recent.length >= most) return undefined;
  return [...recent, nowMs].slice(-most);
}
