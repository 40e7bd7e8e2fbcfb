import type { Account } from '../account.ts';
import { notDone } from '../store-defect.ts';
import type { KinesisStream } from '../stream/stream.ts';
import { finishChannel } from './channel-states.ts';
import { finishConsumer } from './consumer-states.ts';
import { notePeak, onDemandScaling } from './on-demand.ts';
import { finishCreating, finishDeleting, finishUpdating, startUpdating } from './states.ts';
import { trafficOf } from './traffic.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Starts the background work of an account whose streams are loaded: completes changes of state that a restart interrupted;
 * once a minute removes closed shards whose records have all passed retention, and scales on-demand streams. Returns a function
 * that stops it.
 */
export function startUpkeep(account: Account): () => void {
  const { clock } = account;
  account.traffic = (stream, shardIndex, bytes, records) => {
    if (stream.mode !== 'ON_DEMAND') return;
    trafficOf(stream).recordTraffic(shardIndex, bytes, records, clock.nowMs());
  };
  resume(account);
  // At full minutes, so that the minutes of traffic that it looks at are over.
  const nextMinuteMs = () => (Math.floor(clock.nowMs() / MINUTE_MS) + 1) * MINUTE_MS;
  let callOff: () => void;
  const tick = () => {
    for (const stream of account.streams) keepUp(stream);
    callOff = clock.at(nextMinuteMs(), tick);
  };
  callOff = clock.at(nextMinuteMs(), tick);
  return () => {
    callOff();
    account.traffic = undefined;
  };
}

/** Starts the timers of all changes of state again, with their full delays. */
function resume(account: Account): void {
  for (const stream of account.streams) {
    const { status, consumers } = stream.state;
    if (status === 'CREATING') finishCreating(stream);
    else if (status === 'UPDATING') finishUpdating(stream);
    else if (status === 'DELETING') finishDeleting(stream);
    for (const consumer of consumers) finishConsumer(stream, consumer);
  }
  for (const channel of account.state.channels) finishChannel(account, channel);
}

/** Files that cannot be opened now are looked at again at the next full minute. */
function keepUp(stream: KinesisStream): void {
  const { account, state } = stream;
  try {
    expireShards(stream);
    scale(stream);
  } catch (cause) {
    account.options.onDefect(notDone(account.folder.ofStream(state), cause));
  }
}

function expireShards(stream: KinesisStream): void {
  const { account, state } = stream;
  const horizonMs = account.clock.nowMs() - state.retentionHours * HOUR_MS;
  for (const shard of stream.shards) {
    if (shard.state.createdAtMs > horizonMs) continue;
    if (shard.isOpen) {
      if (shard.hasStore) shard.trim();
    } else if ((shard.state.closedAtMs ?? 0) < horizonMs && shard.hasExpired) {
      void stream.expire(shard);
      account.changed();
    }
  }
}

function scale(stream: KinesisStream): void {
  const { account, state } = stream;
  if (state.mode !== 'ON_DEMAND') return;
  const traffic = trafficOf(state);
  const nowMs = account.clock.nowMs();
  traffic.keepOnly(new Set(stream.openShards.map((shard) => shard.state.index)));
  if (notePeak(state.dailyPeaks, traffic.lastMinute(nowMs), nowMs)) account.changed();
  if (state.status !== 'ACTIVE') return;
  const steps = onDemandScaling(stream, traffic);
  if (steps.length > 0) startUpdating(stream, steps);
}
