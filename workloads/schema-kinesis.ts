import { z } from 'zod';
import { durationField, RECORD_MAX_BYTES, sizeField, wholeNumberField } from './schema-fields.ts';

/** Shards of one stream: UpdateShardCount's most, Amazon Kinesis API Reference, 2025. */
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
    description: 'Where the API is, such as http://localhost:4567. Left out: AWS, or what the AWS environment says.',
    examples: ['http://localhost:4567'],
  })
  .superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const fault = (what: string, fix: string) =>
      context.addIssue({ code: 'custom', message: what, params: { code: 'WRONG_TYPE', fix } });
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      fault(`'${text}' is no web address.`, 'Write http:// or https://, the host, and a port if it is not 80 or 443.');
    } else if (url.username !== '' || url.password !== '') {
      // A scenario goes into the result file, whole.
      fault('an address with a user or password would be saved with every result.', 'Leave them out.');
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
    .meta({ description: 'Such as us-east-1. Left out: what the AWS environment and profile say.' }),
  create: z
    .union([
      z.strictObject({ shards: wholeNumberField('Shards of a provisioned stream.', 1, SHARDS_MAX) }),
      z.strictObject({ mode: z.literal('on-demand').meta({ description: 'A stream that AWS scales.' }) }),
    ])
    .optional()
    .meta({
      description: 'Make the stream for the run and delete it afterwards: { shards } or { mode: on-demand }.',
    }),
  put: z
    .enum(['records', 'record'])
    .default('records')
    .meta({ description: 'The call: PutRecords with up to 500 records, or PutRecord for each record.' }),
  aggregate: z
    .boolean()
    .default(false)
    .meta({ description: 'Pack small records into larger ones, by shard, as the Kinesis Producer Library does.' }),
  protocol: z
    .enum(['http2', 'http1'])
    .default('http2')
    .meta({ description: 'http2 shares one connection; http1 is for endpoints that know nothing else.' }),
  maxRecordBytes: sizeField(
    'Largest record that the stream takes, partition key included.',
    1,
    RECORD_MAX_BYTES,
    'a size from 1B to 10MiB',
  ).prefault('1MiB'),
  timeout: durationField('How long a call may take before it counts as failed and is tried again.').prefault('10s'),
});
