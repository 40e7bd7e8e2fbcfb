import type { KinesisStream } from './stream.ts';
import { type ShardState, shardIdOf } from './stream-state.ts';

/** A shard of a stream, open or closed. */
export class Shard {
  readonly stream: KinesisStream;
  readonly state: ShardState;
  readonly id: string;

  constructor(stream: KinesisStream, state: ShardState) {
    this.stream = stream;
    this.state = state;
    this.id = shardIdOf(state.index);
  }

  get isOpen(): boolean {
    return this.state.closedAtMs === undefined;
  }

  /** Closes the shard: from now on nothing is put into it. */
  seal(): void {
    this.state.closedAtMs = this.stream.account.clock.nowMs();
  }

  /** Tells everybody who waits at the shard to look again. */
  wake(): void {}

  async destroy(): Promise<void> {}
}
