import type { ObjectStore, StoredObject, StoreOutcome } from '../../../../engine/firehose/delivery/object-store.ts';

/** Objects in memory, and puts that fail if wanted. */
export class MemoryStore implements ObjectStore {
  /** By `BUCKET/KEY`, in the order in which they were stored. */
  readonly objects = new Map<string, Buffer>();
  readonly puts: string[] = [];
  /** Keys whose puts fail. */
  fails: (key: string) => boolean = () => false;

  async put({ bucket, key, pieces }: StoredObject): Promise<StoreOutcome> {
    this.puts.push(key);
    if (this.fails(key)) return { kind: 'retry', errorCode: 'S3.SlowDown', errorMessage: 'Please reduce your rate.' };
    this.objects.set(`${bucket}/${key}`, Buffer.concat(pieces));
    return { kind: 'stored' };
  }

  async close(): Promise<void> {}

  textAt(path: string): string | undefined {
    return this.objects.get(path)?.toString();
  }
}
