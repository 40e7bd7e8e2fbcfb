import { z } from 'zod';
import { durationField, durationOrZeroField, shareField } from './schema-fields.ts';
import { shardField } from './schema-steps.ts';

const DELAY_MAX_MS = 3_600_000;

const rate = shareField(
  'Share of calls that the fault affects (of records, for a throttled PutRecords): 5% or 0.05.',
).prefault('100%');

const scope = {
  from: durationOrZeroField('Start of the fault, from the start of the run.').prefault('0s'),
  until: durationField(
    'End of the fault, from the start of the run. Without it, the fault lasts to the end of the run.',
  ).optional(),
  operation: z
    .string()
    .regex(/^[A-Z][A-Za-z]{0,63}$/, { error: 'cannot be an operation' })
    .optional()
    .meta({
      description: 'Operation that the fault affects, such as PutRecords. Without it, all.',
      examples: ['PutRecords'],
    }),
  shard: shardField('Shard that the fault affects. Without it, all.').optional(),
};

const code = z.string().min(1).max(100);

const error = z.strictObject({
  kind: z.literal('error').meta({ description: 'Calls fail with an error before they take effect.' }),
  ...scope,
  rate,
  code: code.meta({
    description: 'Name of the error as AWS writes it.',
    examples: ['InternalFailure', 'ServiceUnavailable'],
  }),
  message: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'Text of the error. Without it, the text that AWS sends.' }),
  status: z
    .int()
    .min(400)
    .max(599)
    .optional()
    .meta({ description: 'HTTP status. Without it, the status of the code.' }),
});

const latency = z.strictObject({
  kind: z.literal('latency').meta({ description: 'Calls wait before they take effect.' }),
  ...scope,
  rate,
  ms: z.number().min(0).max(DELAY_MAX_MS).meta({ description: 'Delay of each call. A plain number of milliseconds.' }),
});

const stall = z.strictObject({
  kind: z.literal('stall').meta({ description: 'Every call waits until the fault ends.' }),
  ...scope,
  until: durationField('End of the fault, from the start of the run.'),
});

const loseResponse = z.strictObject({
  kind: z
    .literal('lose-response')
    .meta({ description: 'Calls take effect and get no response, so that retries make duplicates.' }),
  ...scope,
  rate,
});

const dropConnection = z.strictObject({
  kind: z.literal('drop-connection').meta({ description: 'The connection closes before the call takes effect.' }),
  ...scope,
  rate,
});

const throttle = z.strictObject({
  kind: z
    .literal('throttle')
    .meta({ description: 'Single records of a PutRecords fail; other calls fail as a whole.' }),
  ...scope,
  rate,
  code: z
    .enum(['ProvisionedThroughputExceededException', 'InternalFailure'])
    .optional()
    .meta({ description: 'Name of the error. Without it, ProvisionedThroughputExceededException.' }),
});

export const faultsSchema = z.array(z.union([error, latency, stall, loseResponse, dropConnection, throttle])).meta({
  description:
    'Faults to inject into the target, each with its time. For target engine, and for target kinesis on streamgauge serve.',
});

export type ParsedFaults = z.output<typeof faultsSchema>;
