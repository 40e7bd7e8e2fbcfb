import type { z } from 'zod';
import type { Problem } from './errors.ts';
import type { ConsumerSpec, KinesisTargetSpec, TargetSpec } from './scenario.ts';
import type { kinesisTarget } from './schema-kinesis.ts';

/**
 * Bytes at the start of every payload on a Kinesis stream, in which the harness identifies the record. The runners' envelope
 * compares its own length with this one when it loads. Sizes include these bytes; templates and recordings follow them.
 */
export const KINESIS_ENVELOPE_BYTES = 36;

export function resolveKinesis(parsed: z.output<typeof kinesisTarget>, problems: Problem[]): KinesisTargetSpec {
  const { kind, stream, endpoint, region, create, put, aggregate, protocol, maxRecordBytes, timeout } = parsed;
  if (aggregate && put === 'record') {
    const what = 'aggregation needs PutRecords, and put is record.';
    problems.push({ code: 'CONFLICT', path: 'target.aggregate', what, fix: 'Use put: records, or aggregate: false.' });
  }
  return {
    kind,
    stream,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(create === undefined ? {} : { create: creationOf(create) }),
    put,
    aggregate,
    protocol,
    maxRecordBytes,
    timeoutNs: timeout,
  };
}

/** Checks that the target supports the settings of the consumers. */
export function checkConsumersFit(target: TargetSpec, consumers: readonly ConsumerSpec[], problems: Problem[]): void {
  for (const [i, consumer] of consumers.entries()) {
    if (consumer.kind === 'polling' && consumer.limit !== undefined && target.kind !== 'kinesis') {
      const what = `a poll of the ${target.kind} target has no limit.`;
      problems.push({ code: 'CONFLICT', path: `consumers[${i}].limit`, what, fix: 'Remove limit.' });
    }
    const isOverHttp1 = target.kind === 'kinesis' && target.protocol === 'http1' && target.endpoint === undefined;
    if (consumer.kind === 'fan-out' && isOverHttp1) {
      const what = 'AWS pushes records only over HTTP/2.';
      problems.push({ code: 'CONFLICT', path: 'target.protocol', what, fix: 'Use protocol: http2.' });
    }
  }
}

function creationOf(
  create: NonNullable<z.output<typeof kinesisTarget>['create']>,
): NonNullable<KinesisTargetSpec['create']> {
  return 'shards' in create ? { mode: 'provisioned', shards: create.shards } : { mode: 'on-demand' };
}
