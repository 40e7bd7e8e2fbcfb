import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore, StoredObject, StoreOutcome } from '../delivery/object-store.ts';

/** Folder below the store's for files that are being written. No bucket has a name with a leading dot. */
const INCOMING = '.incoming';

/**
 * Stores objects as files: FOLDER/BUCKET/KEY. A file appears with all of its bytes, because it is written elsewhere first and
 * then renamed.
 */
export class FolderStore implements ObjectStore {
  readonly #folder: string;
  readonly #isSynced: boolean;

  /** @param isSynced waits until each file is on the disk. */
  constructor(folder: string, isSynced: boolean) {
    this.#folder = folder;
    this.#isSynced = isSynced;
  }

  async put({ bucket, key, pieces }: StoredObject): Promise<StoreOutcome> {
    const path = join(this.#folder, segmentOf(bucket), ...key.split('/').map(segmentOf));
    const incoming = join(this.#folder, INCOMING, randomUUID());
    try {
      await mkdir(dirname(incoming), { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      await this.#write(incoming, pieces);
      await rename(incoming, path);
      return { kind: 'stored' };
    } catch (error) {
      await rm(incoming, { force: true }).catch(() => {});
      const { code = 'UnknownError', message } = error as NodeJS.ErrnoException;
      return { kind: 'retry', errorCode: `Folder.${code}`, errorMessage: message };
    }
  }

  async close(): Promise<void> {}

  async #write(path: string, pieces: readonly Uint8Array[]): Promise<void> {
    const file = await open(path, 'w');
    try {
      for (const piece of pieces) await file.writeFile(piece);
      if (this.#isSynced) await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Keys may have segments that lead out of the folder, or that no file can have as its name. */
function segmentOf(segment: string): string {
  if (segment === '') return '%';
  if (/^\.+$/.test(segment)) return segment.replaceAll('.', '%2E');
  return segment.replaceAll('\0', '%00');
}
