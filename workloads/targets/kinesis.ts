import { z } from 'zod';
import { RECORD_MAX_BYTES, sizeField, wholeNumberField } from '../schema-fields.ts';
import { endpointField, patternField, regionField, timeoutField } from './aws-fields.ts';
import { ENVELOPE_BYTES } from './envelope-bytes.ts';
import type { TargetRules } from './target-rules.ts';

/** `lean`: the harness's own, for what a stream can do. `sdk`: the AWS SDK, for what a program that uses it gets. */
type KinesisClient = 'lean' | 'sdk';

/** Amazon Kinesis Data Streams, or any endpoint that speaks its API. */
export interface KinesisTargetSpec {
  readonly kind: 'kinesis';
  readonly stream: string;
  /** Absent: AWS, or the endpoint that the AWS environment or profile sets. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Code that calls the service for records. */
  readonly client: KinesisClient;
  /** Capacity of a stream that the run creates and deletes. Absent: the stream must exist. */
  readonly create?: { readonly mode: 'provisioned'; readonly shards: number } | { readonly mode: 'on-demand' };
  readonly put: 'records' | 'record';
  /** Pack small records into larger ones, by shard, as the Kinesis Producer Library does. */
  readonly aggregate: boolean;
  readonly protocol: 'http2' | 'http1';
  /** Partition key and data, as AWS counts them. */
  readonly maxRecordBytes: number;
  /** Time after which a call counts as failed. */
  readonly timeoutNs: number;
}

/** Largest number of shards that UpdateShardCount accepts. Source: Amazon Kinesis API Reference, 2025. */
const SHARDS_MAX = 10_000;
/** The lean client reaches AWS over HTTP/2 for subscriptions only, which AWS pushes over nothing else. */
const PROTOCOLS = { lean: 'http1', sdk: 'http2' } as const;
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,128}$/;

const schema = z.strictObject({
  kind: z.literal('kinesis').meta({ description: 'Amazon Kinesis Data Streams, or any endpoint that speaks its API.' }),
  stream: patternField(
    STREAM_NAME,
    'Name of the stream: letters, digits, dot, dash and underscore, at most 128.',
    (name) => `'${name}' cannot be a stream's name.`,
    'Write 1 to 128 letters, digits, dots, dashes and underscores.',
  ),
  endpoint: endpointField.optional(),
  region: regionField.optional(),
  client: z.enum(['lean', 'sdk']).default('lean').meta({
    description:
      "Code that puts and reads records: the harness's own, which costs least (lean), or the AWS SDK for JavaScript (sdk).",
  }),
  create: z
    .union([
      z.strictObject({ shards: wholeNumberField('Shards of a provisioned stream.', 1, SHARDS_MAX) }),
      z.strictObject({ mode: z.literal('on-demand').meta({ description: 'A stream that AWS scales.' }) }),
    ])
    .optional()
    .meta({
      description:
        'Create the stream for the run and delete it afterwards: { shards } or { mode: on-demand }. Without it, the stream must exist.',
    }),
  put: z.enum(['records', 'record']).default('records').meta({
    description:
      'Operation that writes: PutRecords with up to 500 records a call (records), or PutRecord for each record (record).',
  }),
  aggregate: z
    .boolean()
    .default(false)
    .meta({ description: 'Pack small records into larger ones, by shard, as the Kinesis Producer Library does.' }),
  protocol: z.enum(['http2', 'http1']).optional().meta({
    description:
      'HTTP version of calls: http1 has a connection for each call in flight, http2 shares one. Default: http1 for the lean client, where it costs less, and http2 for the SDK.',
  }),
  maxRecordBytes: sizeField(
    'Largest record that the stream accepts, with its partition key.',
    1,
    RECORD_MAX_BYTES,
    'a size from 1B to 10MiB',
  ).prefault('1MiB'),
  timeout: timeoutField,
});

/** A stream of Amazon Kinesis, on AWS or at an endpoint that speaks its protocol. */
export const kinesisTarget: TargetRules<typeof schema, KinesisTargetSpec> = {
  kind: 'kinesis',
  schema,
  resolve(parsed, { problems }) {
    const { kind, stream, endpoint, region, client, create, put, aggregate, protocol, maxRecordBytes, timeout } =
      parsed;
    if (aggregate && put === 'record') {
      const what = 'aggregation needs PutRecords, and put is record.';
      problems.push({
        code: 'CONFLICT',
        path: 'target.aggregate',
        what,
        fix: 'Use put: records, or aggregate: false.',
      });
    }
    return {
      kind,
      stream,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      client,
      ...(create === undefined ? {} : { create: creationOf(create) }),
      put,
      aggregate,
      protocol: protocol ?? PROTOCOLS[client],
      maxRecordBytes,
      timeoutNs: timeout,
    };
  },
  shardsAtStart: ({ create }) => (create?.mode === 'provisioned' ? create.shards : undefined),
  recordBytesMax: ({ maxRecordBytes }) => maxRecordBytes,
  envelopeBytes: ENVELOPE_BYTES,
  pollsHaveLimit: true,
  checkConsumers({ client, protocol, endpoint }, consumers, report) {
    if (client === 'lean') return;
    if (protocol !== 'http1' || endpoint !== undefined || !consumers.some(({ kind }) => kind === 'fan-out')) return;
    report('CONFLICT', ['target', 'protocol'], 'AWS pushes records only over HTTP/2.', 'Use protocol: http2.');
  },
  faults: {
    problem({ endpoint }) {
      if (endpoint !== undefined) return undefined;
      const fix = 'Run `streamgauge serve` and give its address as endpoint, or remove faults.';
      return { what: 'AWS does not support faults; only streamgauge serve does.', fix };
    },
  },
  steps: {},
};

function creationOf(create: NonNullable<z.output<typeof schema>['create']>): NonNullable<KinesisTargetSpec['create']> {
  return 'shards' in create ? { mode: 'provisioned', shards: create.shards } : { mode: 'on-demand' };
}
