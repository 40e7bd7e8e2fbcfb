import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface StreamName {
  readonly name: string;
  readonly createdAtMs: number;
}

/** Where an account keeps its files: a data directory, or a folder of its own that goes when the account ends. */
export class AccountFolder {
  readonly path: string;
  readonly isTemporary: boolean;

  constructor(dataDir: string | undefined) {
    this.isTemporary = dataDir === undefined;
    this.path = dataDir ?? join(tmpdir(), `streamgauge-${randomUUID()}`);
  }

  /** A stream that was deleted and made again has another folder than before. */
  ofStream({ name, createdAtMs }: StreamName): string {
    return join(this.path, 'streams', `${name}@${Math.floor(createdAtMs)}`);
  }

  ofShard(stream: StreamName, { index }: { readonly index: number }): string {
    return join(this.ofStream(stream), String(index).padStart(6, '0'));
  }

  async removeStream(stream: StreamName): Promise<void> {
    await rm(this.ofStream(stream), { recursive: true, force: true });
  }

  async removeIfTemporary(): Promise<void> {
    if (this.isTemporary) await rm(this.path, { recursive: true, force: true });
  }
}
