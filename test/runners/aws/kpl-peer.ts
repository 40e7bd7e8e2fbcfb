import { createRequire } from 'node:module';

/** One user record of an aggregate as aws-kinesis-agg returns it. */
export interface PeerRecord {
  readonly partitionKey: string;
  readonly data: Buffer;
}

interface Peer {
  deaggregateSync(
    record: { readonly partitionKey: string; readonly sequenceNumber: string; readonly data: string },
    computeChecksums: boolean,
    done: (
      error: Error | null | undefined,
      records: readonly { readonly partitionKey: string; readonly data: string }[],
    ) => void,
  ): void;
  aggregate(
    records: readonly { partitionKey: string; explicitHashKey?: string; data: Buffer }[],
    take: (encoded: { readonly data: Buffer }, next: () => void) => void,
    done: () => void,
    failed: (error: Error) => void,
  ): void;
}

/** AWS's own implementation of the format in JavaScript; without types of its own that would compile. */
const peer = createRequire(import.meta.url)('aws-kinesis-agg') as Peer;

export function peerDeaggregate(aggregate: Buffer): readonly PeerRecord[] {
  let found: readonly PeerRecord[] = [];
  const record = { partitionKey: 'a', sequenceNumber: '1', data: aggregate.toString('base64') };
  peer.deaggregateSync(record, true, (error, records) => {
    if (error instanceof Error) throw error;
    found = records.map(({ partitionKey, data }) => ({ partitionKey, data: Buffer.from(data, 'base64') }));
  });
  return found;
}

export function peerAggregate(
  records: readonly { partitionKey: string; explicitHashKey?: string; data: Buffer }[],
): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const made: Buffer[] = [];
    peer.aggregate(
      records,
      ({ data }, next) => {
        made.push(data);
        next();
      },
      () => resolve(made),
      reject,
    );
  });
}
