import { z } from 'zod';
import { durationField, durationOrZeroField, shareField } from './schema-fields.ts';
import { shardField } from './schema-steps.ts';

const DELAY_MAX_MS = 3_600_000;

const rate = shareField('Share of calls that it hits (of records, for a throttled PutRecords): 5% or 0.05.').prefault(
  '100%',
);

const scope = {
  from: durationOrZeroField('When it begins, from the start of the run.').prefault('0s'),
  until: durationField('When it ends; left out, it holds to the end of the run.').optional(),
  operation: z
    .string()
    .regex(/^[A-Z][A-Za-z]{0,63}$/, { error: 'cannot be an operation' })
    .optional()
    .meta({
      description: 'The operation that it is for, such as PutRecords; left out, all.',
      examples: ['PutRecords'],
    }),
  shard: shardField('The shard that it is for; left out, all.').optional(),
};

const code = z.string().min(1).max(100);

const error = z.strictObject({
  kind: z.literal('error').meta({ description: 'Calls are refused with an error, before any work.' }),
  ...scope,
  rate,
  code: code.meta({ description: "AWS's name of the error.", examples: ['InternalFailure', 'ServiceUnavailable'] }),
  message: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "The error's text; AWS's where it is left out." }),
  status: z
    .int()
    .min(400)
    .max(599)
    .optional()
    .meta({ description: 'HTTP status; that of the code where it is left out.' }),
});

const latency = z.strictObject({
  kind: z.literal('latency').meta({ description: 'Calls wait before their work.' }),
  ...scope,
  rate,
  ms: z.number().min(0).max(DELAY_MAX_MS).meta({ description: 'How long. A plain number of milliseconds.' }),
});

const stall = z.strictObject({
  kind: z.literal('stall').meta({ description: 'Every call waits until the fault ends.' }),
  ...scope,
  until: durationField('When it ends.'),
});

const loseResponse = z.strictObject({
  kind: z
    .literal('lose-response')
    .meta({ description: 'Calls take effect, and nobody is told: retries make duplicates.' }),
  ...scope,
  rate,
});

const dropConnection = z.strictObject({
  kind: z.literal('drop-connection').meta({ description: 'The connection ends before the work.' }),
  ...scope,
  rate,
});

const throttle = z.strictObject({
  kind: z.literal('throttle').meta({ description: 'Records of a PutRecords fail one by one, other calls as a whole.' }),
  ...scope,
  rate,
  code: z
    .enum(['ProvisionedThroughputExceededException', 'InternalFailure'])
    .optional()
    .meta({ description: 'ProvisionedThroughputExceededException where it is left out.' }),
});

export const faultsSchema = z.array(z.union([error, latency, stall, loseResponse, dropConnection, throttle])).meta({
  description: 'Faults that the target is given on purpose, each with its time: engine, or kinesis on our own server.',
});

export type ParsedFaults = z.output<typeof faultsSchema>;
