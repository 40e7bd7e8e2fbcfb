import { z } from 'zod';
import { durationField, RECORD_MAX_BYTES, sizeField, wholeNumberField } from './schema-fields.ts';

/** Largest number of shards that UpdateShardCount accepts. Source: Amazon Kinesis API Reference, 2025. */
const SHARDS_MAX = 10_000;
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,128}$/;

const stream = z
  .string()
  .meta({ description: 'Name of the stream: letters, digits, dot, dash and underscore, at most 128.' })
  .superRefine((name, context) => {
    if (STREAM_NAME.test(name)) return;
    const fix = 'Write 1 to 128 letters, digits, dots, dashes and underscores.';
    context.addIssue({
      code: 'custom',
      message: `'${name}' cannot be a stream's name.`,
      params: { code: 'BAD_NAME', fix },
    });
  });

const endpoint = z
  .string()
  .meta({
    description:
      'Address of the API, such as http://localhost:4567. Without it, AWS, or the endpoint that the AWS environment sets.',
    examples: ['http://localhost:4567'],
  })
  .superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const fault = (what: string, fix: string) =>
      context.addIssue({ code: 'custom', message: what, params: { code: 'WRONG_TYPE', fix } });
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      fault(
        `'${text}' is not a web address.`,
        'Write http:// or https://, the host, and a port if it is not 80 or 443.',
      );
    } else if (url.username !== '' || url.password !== '') {
      // A result file contains the whole scenario.
      fault('an address with a user or password would be saved with every result.', 'Remove them.');
    }
  });

export const kinesisTarget = z.strictObject({
  kind: z.literal('kinesis').meta({ description: 'Amazon Kinesis Data Streams, or any endpoint that speaks its API.' }),
  stream,
  endpoint: endpoint.optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, { error: 'cannot be a region' })
    .optional()
    .meta({
      description: 'Region, such as us-east-1. Without it, the region that the AWS environment or profile sets.',
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
  protocol: z.enum(['http2', 'http1']).default('http2').meta({
    description: 'HTTP version. http2 shares one connection; http1 is for endpoints that support nothing else.',
  }),
  maxRecordBytes: sizeField(
    'Largest record that the stream accepts, with its partition key.',
    1,
    RECORD_MAX_BYTES,
    'a size from 1B to 10MiB',
  ).prefault('1MiB'),
  timeout: durationField('Time after which a call counts as failed and is retried.').prefault('10s'),
});
