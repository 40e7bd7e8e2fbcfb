import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Position of a shard whose records are all settled. */
export const SHARD_END = 'SHARD_END';

/**
 * Up to where the records of each shard are settled, as sequence numbers, in a file that survives the end of the process at
 * any time. After a failure of the machine, an earlier file repeats records and loses none.
 */
export class ShardPositions {
  readonly #path: string;
  readonly #onDefect: (error: unknown) => void;
  readonly #positions: Map<string, string>;
  #isWaiting = false;
  #hasFailed = false;

  constructor(path: string, onDefect: (error: unknown) => void) {
    this.#path = path;
    this.#onDefect = onDefect;
    this.#positions = new Map(Object.entries(read(path)));
  }

  get(shardId: string): string | undefined {
    return this.#positions.get(shardId);
  }

  /** Saves a position. Those of one turn are saved together. */
  set(shardId: string, position: string): void {
    this.#positions.set(shardId, position);
    this.#saveSoon();
  }

  /** Forgets shards that are no longer there. */
  keepOnly(shardIds: ReadonlySet<string>): void {
    for (const shardId of this.#positions.keys()) if (!shardIds.has(shardId)) this.#positions.delete(shardId);
  }

  save(): void {
    this.#isWaiting = false;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(`${this.#path}.new`, JSON.stringify(Object.fromEntries(this.#positions)));
      renameSync(`${this.#path}.new`, this.#path);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#onDefect(error);
      this.#hasFailed = true;
    }
  }

  #saveSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setImmediate(() => {
      if (this.#isWaiting) this.save();
    });
  }
}

/** A file that is not there or damaged has no positions: the shards are read again from their beginning. */
function read(path: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
