import type { z } from 'zod';
import type { Problem } from './errors.ts';
import type { ConsumerSpec, KinesisTargetSpec, TargetSpec } from './scenario.ts';
import type { kinesisTarget } from './schema-kinesis.ts';

/**
 * Bytes at the head of every payload in which the harness stamps its record on a Kinesis stream; the runners' envelope
 * is checked against it when it loads. A size includes them, what a template or a recording makes follows after them.
 */
export const KINESIS_ENVELOPE_BYTES = 36;

export function resolveKinesis(parsed: z.output<typeof kinesisTarget>, problems: Problem[]): KinesisTargetSpec {
  const { kind, stream, endpoint, region, create, put, aggregate, protocol, maxRecordBytes, timeout } = parsed;
  if (aggregate && put === 'record') {
    const what = 'aggregated records are put together, and PutRecord takes one.';
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

/** What a target can do for its consumers, and what not. */
export function checkConsumersFit(target: TargetSpec, consumers: readonly ConsumerSpec[], problems: Problem[]): void {
  for (const [i, consumer] of consumers.entries()) {
    if (consumer.kind === 'polling' && consumer.limit !== undefined && target.kind !== 'kinesis') {
      const what = `a poll of the ${target.kind} target has no limit.`;
      problems.push({ code: 'CONFLICT', path: `consumers[${i}].limit`, what, fix: 'Leave it out.' });
    }
    const isOverHttp1 = target.kind === 'kinesis' && target.protocol === 'http1' && target.endpoint === undefined;
    if (consumer.kind === 'fan-out' && isOverHttp1) {
      const what = 'AWS pushes records over HTTP/2 only.';
      problems.push({ code: 'CONFLICT', path: 'target.protocol', what, fix: 'Use protocol: http2.' });
    }
  }
}

function creationOf(
  create: NonNullable<z.output<typeof kinesisTarget>['create']>,
): NonNullable<KinesisTargetSpec['create']> {
  return 'shards' in create ? { mode: 'provisioned', shards: create.shards } : { mode: 'on-demand' };
}
