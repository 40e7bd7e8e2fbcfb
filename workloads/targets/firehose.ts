import { z } from 'zod';
import { scenarioPath } from '../files.ts';
import { durationOrZeroField, sizeField, wholeNumberField } from '../schema-fields.ts';
import { endpointField, patternField, regionField, timeoutField } from './aws-fields.ts';
import type { TargetContext, TargetRules } from './target-rules.ts';

/**
 * Bytes at the start of every payload in which the harness identifies the record. The runners' stamp compares its own length
 * with this one when it loads. Sizes include these bytes; templates and recordings follow them.
 */
export const FIREHOSE_STAMP_BYTES = 60;

/** Largest record of PutRecord and PutRecordBatch: 1,000 KiB before base64. Source: Amazon Data Firehose quota, 2026. */
const RECORD_BYTES_MAX = 1000 * 1024;
const MEBIBYTE = 2 ** 20;
const SECOND_NS = 1e9;
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ROLE_ARN = /^arn:[^:\s]+:iam::\d{12}:role\/\S{1,450}$/;
/** Limits of the buffer of a destination in S3. Source: Amazon Data Firehose, "Buffering hints", 2026. */
const BUFFER_BYTES_MAX = 128 * MEBIBYTE;
const BUFFER_NS_MAX = 900 * SECOND_NS;
/** Buffer of a local delivery stream: short, so that a run of some seconds sees many objects. */
const LOCAL_BUFFER = { size: MEBIBYTE, interval: SECOND_NS } as const;
/** Firehose's own defaults. */
const AWS_BUFFER = { size: 5 * MEBIBYTE, interval: 300 * SECOND_NS } as const;

/** A delivery stream of Amazon Data Firehose, or of any endpoint that speaks its API. */
export interface FirehoseTargetSpec {
  readonly kind: 'firehose';
  readonly deliveryStream: string;
  /** The run starts the engine's Firehose for itself, and ends it afterwards. */
  readonly local: boolean;
  /** Quotas of the local Firehose: those of AWS, or none. Absent: not local. */
  readonly limits?: 'aws' | 'none';
  /** Absent and not local: AWS, or the endpoint that the AWS environment or profile sets. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Settings of a delivery stream that the run creates and deletes. Absent: the delivery stream must exist. */
  readonly create?: CreatedDeliveryStream;
  /** Where the delivery stream delivers, so that consumers find what arrived. */
  readonly destination: DestinationSpec;
  readonly put: 'batch' | 'record';
  readonly timeoutNs: number;
}

const COMPRESSIONS = ['none', 'gzip', 'zip', 'snappy', 'hadoop-snappy'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export interface CreatedDeliveryStream {
  /** A multiple of 1 MiB. */
  readonly bufferBytes: number;
  /** A multiple of 1 s. */
  readonly bufferNs: number;
  readonly compression: Compression;
  readonly bucket: string;
  /** Absent: Firehose's default, by which the names of objects begin with the date. */
  readonly prefix?: string;
  readonly role: string;
  /** Firehose appends a line feed to each record. */
  readonly lines?: true;
  /** Dynamic partitioning: jq expressions by the name of the key. */
  readonly partitions?: Readonly<Record<string, string>>;
}

export type DestinationSpec =
  /** A folder of objects, at an absolute path. Without a path: a temporary folder of the run. */
  | { readonly kind: 'folder'; readonly path?: string }
  /** Objects of a bucket, on AWS or at an endpoint of S3. */
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly prefix: string;
      readonly endpoint?: string;
      readonly region?: string;
    }
  /** The run listens as an HTTP endpoint. Without a port: a free one. Without a URL: that of the port on this machine. */
  | { readonly kind: 'http'; readonly host: string; readonly port?: number; readonly url?: string };

/** Operations that a run calls while it lasts. */
const PUTS = ['PutRecordBatch', 'PutRecord'];
const KEY_NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/;
const DEFAULT_BUCKET = 'streamgauge';
/** Accepted by the engine only: AWS assumes the role. */
const DEFAULT_ROLE = 'arn:aws:iam::000000000000:role/streamgauge';

const bucketField = (description: string) =>
  patternField(
    BUCKET_NAME,
    description,
    (name) => `'${name}' cannot be the name of a bucket.`,
    'Write 3 to 63 lower-case letters, digits, dots and dashes.',
  );

const buffer = z
  .strictObject({
    size: sizeField(
      'Size at which a buffer is delivered, before compression.',
      MEBIBYTE,
      BUFFER_BYTES_MAX,
      '1MiB to 128MiB',
    )
      .refine((bytes) => bytes % MEBIBYTE === 0, { error: 'must be a whole number of MiB' })
      .optional(),
    interval: durationOrZeroField('Age at which a buffer is delivered: whole seconds, at most 900s.')
      .refine((ns) => ns % SECOND_NS === 0 && ns <= BUFFER_NS_MAX, { error: 'must be whole seconds from 0s to 900s' })
      .optional(),
  })
  .meta({
    description:
      'When the delivery stream delivers: { size, interval }. Default: 5MiB and 300s as on AWS, or 1MiB and 1s with local.',
  });

const create = z
  .strictObject({
    buffer: buffer.prefault({}),
    compression: z.enum(COMPRESSIONS).default('none').meta({ description: 'Compression of the objects.' }),
    bucket: bucketField(
      'Bucket of the objects, by default that of the destination. An engine with a folder stores them in the folder of this name.',
    ).optional(),
    prefix: z.string().max(1024).optional().meta({
      description: 'Start of the names of objects, also with !{...} expressions. Without it, the date and hour.',
    }),
    lines: z.boolean().default(false).meta({ description: 'Append a line feed to each record.' }),
    partitions: z
      .record(z.string().regex(KEY_NAME, { error: 'cannot be the name of a key' }), z.string().min(1).max(1000))
      .optional()
      .meta({
        description:
          'Dynamic partitioning: jq expressions by the name of a key, such as { country: .country }. Records are JSON, and objects of each value have a buffer of their own. Without a prefix, names begin with KEY=VALUE/.',
      }),
    role: patternField(
      ROLE_ARN,
      'ARN of the role with which Firehose writes. AWS needs it; an engine does not.',
      (arn) => `'${arn}' is not the ARN of a role.`,
      'Write arn:aws:iam::ACCOUNT:role/NAME.',
    ).optional(),
  })
  .meta({
    description:
      'Create the delivery stream for the run and delete it afterwards. Without it, the delivery stream must exist, except with local.',
  });

const destination = z
  .union([
    z.strictObject({
      folder: z.string().min(1).meta({
        description: "Folder of the objects, from the scenario file's folder: that of serve --firehose-folder.",
      }),
    }),
    z.strictObject({
      bucket: bucketField('Bucket of the objects.'),
      prefix: z.string().max(1024).default('').meta({
        description: 'Start of the names of the objects to read. Consumers list all of them at each look.',
      }),
      endpoint: endpointField.optional(),
      region: regionField.optional(),
    }),
    z.strictObject({
      http: z.strictObject({
        port: wholeNumberField('Port on which the consumer listens. Without it, a free one.', 1, 65_535).optional(),
        host: z.string().min(1).max(253).default('127.0.0.1').meta({
          description: 'Address on which the consumer listens.',
        }),
        url: endpointField.optional().meta({
          description:
            'Address by which Firehose reaches the port. AWS needs it, with https. Without it, that of this machine.',
        }),
      }),
    }),
  ])
  .meta({
    description:
      'Where consumers find what was delivered: { folder }, { bucket } of S3, or { http }, an endpoint that the consumer serves. With local, a temporary folder by default.',
  });

const schema = z.strictObject({
  kind: z
    .literal('firehose')
    .meta({ description: 'Amazon Data Firehose, or any endpoint that speaks its API, and what it delivered.' }),
  deliveryStream: patternField(
    STREAM_NAME,
    'Name of the delivery stream: letters, digits, dot, dash and underscore, at most 64.',
    (name) => `'${name}' cannot be the name of a delivery stream.`,
    'Write 1 to 64 letters, digits, dots, dashes and underscores.',
  ),
  local: z.boolean().default(false).meta({
    description: 'Start the Firehose of the engine for the run. It needs no account, and creates the delivery stream.',
  }),
  limits: z.enum(['aws', 'none']).optional().meta({
    description: 'With local: the quotas of AWS for one delivery stream (aws), or none. Without it, none.',
  }),
  endpoint: endpointField.optional(),
  region: regionField.optional(),
  create: create.optional(),
  destination: destination.optional(),
  put: z.enum(['batch', 'record']).default('batch').meta({
    description:
      'Operation that writes: PutRecordBatch with up to 500 records a call (batch), or PutRecord for each record (record).',
  }),
  timeout: timeoutField,
});

type Parsed = z.output<typeof schema>;

/** A delivery stream of Amazon Data Firehose, on AWS, on this machine, or at an endpoint that speaks its API. */
export const firehoseTarget: TargetRules<typeof schema, FirehoseTargetSpec> = {
  kind: 'firehose',
  schema,
  resolve(parsed, context) {
    const { kind, deliveryStream, local, limits = 'none', endpoint, region, put, timeout } = parsed;
    const destination = destinationOf(parsed, context);
    const created = creationOf(parsed, destination, context);
    return {
      kind,
      deliveryStream,
      local,
      ...(local ? { limits } : {}),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      ...(created === undefined ? {} : { create: created }),
      destination,
      put,
      timeoutNs: timeout,
    };
  },
  shardsAtStart: () => 1,
  recordBytesMax: () => RECORD_BYTES_MAX,
  envelopeBytes: FIREHOSE_STAMP_BYTES,
  holdsNs: ({ create: created }) => created?.bufferNs ?? 0,
  consumerKinds: ['delivered'],
  checkConsumers({ destination }, consumers, report) {
    if (destination.kind !== 'http' || consumers.length === 1) return;
    const what = `one consumer listens as the HTTP endpoint, and the scenario has ${consumers.length}.`;
    report('CONFLICT', ['consumers'], what, 'Write one consumer of kind delivered.');
  },
  faults: {
    problem({ local, endpoint }) {
      if (local || endpoint !== undefined) return undefined;
      const fix = 'Add local: true to the target, or remove faults.';
      return { what: 'AWS does not support faults; only an engine does.', fix };
    },
    throttledOperations: PUTS,
    check({ kind, operation, shard }, report) {
      if (shard !== undefined) report('CONFLICT', ['shard'], 'a delivery stream has no shards.', 'Remove the shard.');
      if (operation === undefined || kind === 'throttle' || PUTS.includes(operation)) return;
      const what = `a run does not call ${operation} while it lasts.`;
      report('CONFLICT', ['operation'], what, `Use ${PUTS.join(' or ')}, as put selects, or remove operation.`);
    },
  },
};

function creationOf(
  { local, limits, endpoint, create: written }: Parsed,
  destination: DestinationSpec,
  { problems }: TargetContext,
): CreatedDeliveryStream | undefined {
  const conflict = (key: string, what: string, fix: string) =>
    problems.push({ code: 'CONFLICT', path: `target.${key}`, what, fix });
  if (local && endpoint !== undefined) {
    const what = 'local starts a Firehose for the run, and endpoint names another one.';
    conflict('endpoint', what, 'Remove endpoint, or remove local.');
  }
  if (limits !== undefined && !local) {
    const what = 'only a local Firehose has limits that a scenario sets.';
    conflict('limits', what, 'Remove limits, or add local: true.');
  }
  if (written === undefined && !local) return undefined;
  const { buffer: hints = {}, compression = 'none', bucket, prefix, role, lines = false, partitions } = written ?? {};
  const isOnAws = !local && endpoint === undefined;
  if (isOnAws && role === undefined) {
    const what = 'AWS needs the role with which Firehose writes its objects.';
    problems.push({ code: 'MISSING', path: 'target.create.role', what, fix: 'Add the ARN of a role.' });
  }
  if (destination.kind === 'http') {
    if (isOnAws && destination.url === undefined) {
      const what = 'AWS needs an address that it can reach.';
      problems.push({ code: 'MISSING', path: 'target.destination.http.url', what, fix: 'Add an https:// address.' });
    }
    if (compression !== 'none' && compression !== 'gzip') {
      conflict('create.compression', `an HTTP endpoint cannot receive ${compression}.`, 'Write none or gzip.');
    }
  }
  const own = destination.kind === 's3' ? destination.bucket : DEFAULT_BUCKET;
  if (destination.kind === 's3' && bucket !== undefined && bucket !== own) {
    const what = `the delivery stream writes to ${bucket}, and consumers read ${own}.`;
    conflict('create.bucket', what, 'Remove bucket from create.');
  }
  const defaults = local ? LOCAL_BUFFER : AWS_BUFFER;
  if (partitions !== undefined && destination.kind === 'http') {
    conflict('create.partitions', 'an HTTP endpoint has no partitions.', 'Remove partitions, or deliver to a bucket.');
  }
  if (partitions !== undefined && hints.interval === 0) {
    conflict('create.buffer.interval', 'partitions need a buffer.', 'Write at least 1s.');
  }
  return {
    bufferBytes: hints.size ?? defaults.size,
    bufferNs: hints.interval ?? defaults.interval,
    compression,
    bucket: bucket ?? own,
    ...(prefix === undefined ? {} : { prefix }),
    role: role ?? DEFAULT_ROLE,
    ...(lines ? { lines } : {}),
    ...(partitions === undefined ? {} : { partitions }),
  };
}

function destinationOf(
  { local, destination: written }: Parsed,
  { problems, scenarioFile }: TargetContext,
): DestinationSpec {
  if (written === undefined) {
    if (!local) {
      const what = 'consumers have to know where the delivery stream delivers.';
      const fix = 'Add destination: { folder: PATH }, { bucket: NAME } or { http: {} }.';
      problems.push({ code: 'MISSING', path: 'target.destination', what, fix });
    }
    return { kind: 'folder' };
  }
  if ('folder' in written) return { kind: 'folder', path: scenarioPath(written.folder, scenarioFile) };
  if ('http' in written) {
    const { host, port, url } = written.http;
    return {
      kind: 'http',
      host,
      ...(port === undefined ? {} : { port }),
      ...(url === undefined ? {} : { url }),
    };
  }
  const { bucket, prefix, endpoint, region } = written;
  if (local && endpoint === undefined) {
    const what = 'a local Firehose delivers to S3 at an endpoint.';
    problems.push({
      code: 'MISSING',
      path: 'target.destination.endpoint',
      what,
      fix: 'Add the address of the S3 API.',
    });
  }
  return {
    kind: 's3',
    bucket,
    prefix,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  };
}
