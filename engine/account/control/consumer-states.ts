import type { KinesisStream } from '../stream/stream.ts';
import type { ConsumerState } from '../stream/stream-state.ts';
import { runAfter } from './states.ts';

/** A consumer goes CREATING -> ACTIVE, and from any state DELETING -> gone. Arms the timer for what comes next. */
export function finishConsumer(stream: KinesisStream, consumer: ConsumerState): void {
  const { account } = stream;
  const { status } = consumer;
  if (status === 'ACTIVE') return;
  const { registering, deleting } = account.options.delaysMs;
  runAfter(account, status === 'CREATING' ? registering : deleting, () => {
    const { state } = stream;
    if (consumer.status !== status || !state.consumers.includes(consumer)) return;
    if (status === 'CREATING') consumer.status = 'ACTIVE';
    else state.consumers = state.consumers.filter((other) => other !== consumer);
    account.changed();
  });
}
