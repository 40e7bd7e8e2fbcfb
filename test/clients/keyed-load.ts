import { setTimeout as sleep } from 'node:timers/promises';
import { type Kinesis, Kinesis as KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** A client of the SDK for JavaScript that takes any certificate. */
export const sdkFor = (url: string): Kinesis =>
  new KinesisClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: new NodeHttpHandler({ httpsAgent: { rejectUnauthorized: false } }),
  });

const KEYS = 20;

/** Something to do to the stream, once so many records have been put. */
export interface Step {
  readonly atRecord: number;
  do(kinesis: Kinesis): Promise<unknown>;
}

/**
 * Puts numbered records of 20 keys, one call of ten after the other, and carries out steps in between.
 * @returns what each record holds, `KEY NUMBER`, the numbers of a key rising.
 */
export async function putKeyed(
  kinesis: Kinesis,
  StreamName: string,
  {
    count,
    pauseMs,
    steps = [],
  }: { readonly count: number; readonly pauseMs: number; readonly steps?: readonly Step[] },
): Promise<readonly string[]> {
  const all: string[] = [];
  while (all.length < count) {
    for (const step of steps) if (step.atRecord === all.length) await step.do(kinesis);
    const texts = Array.from({ length: 10 }, (_, i) => `key-${(all.length + i) % KEYS} ${all.length + i}`);
    const Records = texts.map((text) => ({ PartitionKey: text.split(' ')[0]!, Data: Buffer.from(text) }));
    const { FailedRecordCount } = await kinesis.putRecords({ StreamName, Records });
    if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records were not taken`);
    all.push(...texts);
    await sleep(pauseMs);
  }
  return all;
}

/** Keys whose records were not received in the order of their numbers. @param received `KEY NUMBER` each. */
export function keysOutOfOrder(received: readonly string[]): string[] {
  const last = new Map<string, number>();
  const wrong = new Set<string>();
  for (const text of received) {
    const [key = '', number] = text.split(' ');
    if (Number(number) < (last.get(key) ?? -1)) wrong.add(key);
    last.set(key, Number(number));
  }
  return [...wrong];
}
