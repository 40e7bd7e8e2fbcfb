import type { _Object, S3 } from '@aws-sdk/client-s3';
import { type Counts, faultOf } from '../../aws/call-faults.ts';
import { type Connection, clientConfig } from '../../aws/client.ts';
import { pause } from '../../aws/reader.ts';
import { S3 as S3_SERVICE } from '../../aws/service.ts';
import type { DeliveredObject, DestinationReading } from './delivered-object.ts';
import { plainBytes } from './plain-bytes.ts';

interface Bucket {
  readonly connection: Connection;
  readonly bucket: string;
  readonly prefix: string;
}

/** Objects are read one by one, while the next listing may be under way. */
const SOCKETS = 2;

/**
 * Reads objects of a bucket. Their time of delivery is that of the listing that shows them for the first time, at most an
 * interval and a listing after they were there: LastModified is of another clock, in whole seconds, and for an object of several
 * parts it is the start of the upload.
 */
export class DeliveredS3 implements DestinationReading {
  readonly #at: Bucket;
  readonly #intervalMs: number;
  readonly #counts: Counts;
  readonly #orderOf: (object: DeliveredObject) => number;
  readonly #known = new Set<string>();
  #client: S3 | undefined;

  /** @param orderOf ascends with the time of an object's first record. */
  constructor(at: Bucket, intervalMs: number, counts: Counts, orderOf: (object: DeliveredObject) => number) {
    this.#at = at;
    this.#intervalMs = intervalMs;
    this.#counts = counts;
    this.#orderOf = orderOf;
  }

  async open(): Promise<void> {
    const { connection } = this.#at;
    const { S3 } = await import('@aws-sdk/client-s3');
    const config = await clientConfig(S3_SERVICE, connection, { sockets: SOCKETS, for: 'calls' });
    this.#client = new S3({ ...config, forcePathStyle: connection.endpoint !== undefined });
    for (const { Key = '' } of await this.#list()) this.#known.add(Key);
  }

  async follow(take: (object: DeliveredObject) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const lookedAtMs = performance.now();
      const listed = await this.#borne(() => this.#list());
      const seenAtMs = performance.now();
      const fresh = bySecond((listed ?? []).filter(({ Key = '' }) => !this.#known.has(Key)));
      for (const keys of fresh) {
        const objects = await this.#readAll(keys, seenAtMs);
        for (const object of objects) {
          if (signal.aborted) break;
          this.#known.add(object.name);
          await take(object);
        }
        // The next look finds again what could not be read.
        if (signal.aborted || keys.some((key) => !this.#known.has(key))) break;
      }
      await pause(lookedAtMs + this.#intervalMs - performance.now(), signal);
    }
    this.#client?.destroy();
  }

  async #list(): Promise<_Object[]> {
    const { bucket, prefix } = this.#at;
    const objects: _Object[] = [];
    let token: string | undefined;
    do {
      this.#counts.add('calls');
      const page = await this.#client!.listObjectsV2({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      objects.push(...(page.Contents ?? []));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return objects;
  }

  /** The objects of one second that can be read, in the order of their first records: S3 does not have a finer one. */
  async #readAll(keys: readonly string[], seenAtMs: number): Promise<readonly DeliveredObject[]> {
    const objects: DeliveredObject[] = [];
    for (const key of keys) {
      const object = await this.#borne(() => this.#read(key, seenAtMs));
      if (object !== undefined) objects.push(object);
    }
    const orders = new Map(objects.map((object) => [object, this.#orderOf(object)]));
    return objects.sort((a, b) => orders.get(a)! - orders.get(b)!);
  }

  /** @returns undefined for an object that cannot be decompressed, which is skipped. */
  async #read(key: string, deliveredAtMs: number): Promise<DeliveredObject | undefined> {
    const { bucket } = this.#at;
    this.#counts.add('calls');
    const { Body } = await this.#client!.getObject({ Bucket: bucket, Key: key });
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    this.#counts.add('objectBytes', bytes.length);
    const plain = await plainBytes(bytes, key).catch(() => undefined);
    if (plain !== undefined) return { name: key, deliveredAtMs, parts: [plain] };
    this.#known.add(key);
    this.#counts.add('unreadableObjects');
    return undefined;
  }

  /** A call whose error may pass is made again at the next look. @returns undefined for such an error. */
  async #borne<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      const { code, kind } = faultOf(error);
      this.#counts.add(`errors.${code}`);
      if (kind === 'refused') throw error;
      return undefined;
    }
  }
}

/** Keys by the second of their last change, in the order of the seconds. */
function bySecond(objects: readonly _Object[]): readonly (readonly string[])[] {
  const groups = Map.groupBy(objects, ({ LastModified }) => LastModified?.getTime() ?? 0);
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group.map(({ Key = '' }) => Key));
}
