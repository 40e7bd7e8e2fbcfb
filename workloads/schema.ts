import { z } from 'zod';
import { KEYS_PER_SHARD_DEFAULT } from './keys-shares.ts';
import { faultsSchema } from './schema-faults.ts';
import {
  durationField,
  KEY_COUNT_MAX,
  millisecondsField,
  nameField,
  payloadSizeField,
  RANGES,
  rateOrZeroField,
  shareField,
  sizeField,
  wholeNumberField,
} from './schema-fields.ts';
import { fieldName, replaySchema } from './schema-replay.ts';
import { stepsSchema } from './schema-steps.ts';
import { TARGET_SCHEMAS } from './targets/targets.ts';

/**
 * The scenario as people write it, in YAML or as a TypeScript object: shape, unit, range and default of every single value.
 * Rules about several values (unique names, sizes within the target's limit) are in resolve.ts.
 */

const SHARDS_MAX = 4096;

const arrivals = z
  .union([
    z.enum(['constant', 'uniform', 'poisson']),
    z.strictObject({
      onOff: z.strictObject({
        on: durationField('Mean length of a burst.'),
        off: durationField('Mean length of a pause.'),
      }),
    }),
    z.strictObject({
      mmpp: z.strictObject({
        rates: z
          .tuple([z.number().min(0), z.number().min(0)])
          .meta({ description: "Rates of the two states in relation to each other; the phase's rate stays the mean." }),
        mean: z
          .tuple([durationField('Mean stay in state 1.'), durationField('Mean stay in state 2.')])
          .meta({ description: 'Mean stay in each of the two states.' }),
      }),
    }),
    z.strictObject({
      recorded: z.strictObject({
        speed: z.number().positive().max(1e12).default(1).meta({ description: 'Times faster than recorded.' }),
      }),
    }),
  ])
  .meta({
    description:
      'Spacing of records: constant, uniform (gaps from 0 to twice the mean), poisson, { onOff }, { mmpp }, or { recorded } for the times of the replayed file.',
  });

export const phaseSchema = z.strictObject({
  name: nameField('Name of the phase in reports.'),
  duration: durationField('Length of the phase.'),
  rate: z
    .union([
      rateOrZeroField('Records due per second.'),
      z.strictObject({ from: rateOrZeroField('Rate at the start.'), to: rateOrZeroField('Rate at the end.') }),
    ])
    .optional()
    .meta({ description: 'Records due per second, or { from, to } for a straight ramp. 0, or no rate, is a pause.' }),
  recorded: z
    .boolean()
    .default(true)
    .meta({ description: 'false for a warm-up, which is measured but not part of the summary.' }),
});

const keyCount = wholeNumberField('Number of different keys.', 1, KEY_COUNT_MAX);
const yes = z.literal(true);

const keys = z
  .union([
    z.strictObject({ uniform: yes.meta({ description: 'Every key equally often.' }), count: keyCount }),
    z.strictObject({
      zipf: z
        .number()
        .positive()
        .max(20)
        .meta({ description: 'Exponent: key k is drawn in proportion to 1 / k^exponent.' }),
      count: keyCount,
    }),
    z.strictObject({
      hot: z
        .strictObject({
          count: wholeNumberField('Number of hot keys.', 1, KEY_COUNT_MAX),
          share: shareField('Share of records that go to the hot keys: 80% or 0.8.'),
        })
        .meta({ description: 'A few keys take a share of the records, the rest spread evenly over the others.' }),
      count: keyCount,
    }),
    z.strictObject({
      sequential: yes.meta({ description: 'One key after another, and again from the first.' }),
      count: keyCount,
    }),
    z.strictObject({
      shares: z
        .array(shareField('Share of the records that go to one shard: 40% or 0.4.'))
        .min(1)
        .max(SHARDS_MAX)
        .meta({
          description:
            "Share of the records for each shard, in the order of the hash ranges; they sum to 100%. As many as the target's shards at the start.",
        }),
      perShard: wholeNumberField('Number of different keys of each shard.', 1, 10_000).default(KEYS_PER_SHARD_DEFAULT),
    }),
    z.strictObject({ one: z.string().meta({ description: 'One key for every record.' }) }),
    z.strictObject({
      field: fieldName(
        "Field of the replayed record: a.b for field b in field a, $3 for column or word 3; in log lines also 'address', the first word.",
      ),
    }),
  ])
  .meta({ description: 'Partition keys of the records.' });

const size = z
  .union([
    payloadSizeField('The same size for every record.'),
    z.strictObject({
      lognormal: z.strictObject({
        p50: payloadSizeField('Half of the payloads are smaller.'),
        p99: payloadSizeField('99 of 100 payloads are smaller.'),
      }),
    }),
    z.strictObject({
      pareto: z.strictObject({
        shape: z.number().positive().max(100).meta({ description: 'Tail index: the smaller, the heavier the tail.' }),
        min: payloadSizeField('Smallest payload.'),
        max: payloadSizeField('Largest payload.'),
      }),
    }),
  ])
  .meta({ description: 'Payload size: one size, { lognormal: { p50, p99 } } or { pareto: { shape, min, max } }.' });

const payload = z
  .union([
    z.strictObject({
      size,
      randomRatio: shareField(
        'Share of random bytes, 50% or 0.5; the rest repeats, so that the payload compresses.',
      ).prefault(1),
    }),
    z.strictObject({
      template: z.json().meta({
        description: 'JSON with placeholders such as {{int 1 100}}, {{uuid}}, {{pick a b c}}, {{normal 20 5}}.',
      }),
    }),
    z.strictObject({ replay: replaySchema }),
  ])
  .meta({ description: 'Payloads of the records: { size }, { template } or { replay }.' });

const batch = z.strictObject({
  records: wholeNumberField('Largest number of records in one call.', 1, 10_000).default(500),
  bytes: sizeField(
    'Largest number of bytes in one call. A larger record gets a call of its own.',
    1,
    2 ** 30,
    'a size from 1B to 1GiB',
  ).prefault('1MB'),
  lingerMs: millisecondsField('Longest wait of a batch for more records.', 0).prefault(0),
});

const retry = z.strictObject({
  attempts: wholeNumberField('Largest number of attempts, with the first one.', 1, 1000).default(10),
  base: durationField('Upper bound of the first wait; doubles with every attempt (full jitter).').prefault('100ms'),
  cap: durationField('Upper bound of any wait.').prefault('20s'),
});

const producers = z.strictObject({
  count: wholeNumberField('Number of producer threads. The records do not depend on it.', 1, 256).default(1),
  batch: batch.prefault({}),
  inFlight: wholeNumberField('Largest number of calls of one producer without a response.', 1, 10_000).default(8),
  whenBusy: z.enum(['wait', 'drop']).default('wait').meta({
    description:
      'When every slot is taken: wait sends late, with the same intended times; drop skips the record and counts it.',
  }),
  retry: retry.prefault({}),
});

export const workloadSchema = z.strictObject({
  name: nameField('Name of the workload in reports.'),
  arrivals: arrivals.default('constant'),
  phases: z.array(phaseSchema).optional().meta({
    description:
      'Phases of the load, one after the other. The run lasts until the last one ends. Omit them with recorded arrivals.',
  }),
  keys,
  payload,
  producers: producers.prefault({}),
});

const consumer = z.union([
  z.strictObject({
    name: nameField('Name of the consumer in reports.'),
    kind: z.literal('polling').meta({ description: 'Polls each shard at an interval.' }),
    intervalMs: millisecondsField('Time between two polls of one shard.', 1).prefault(200),
    limit: wholeNumberField(
      'Largest number of records that a poll requests. For target kinesis only.',
      1,
      10_000,
    ).optional(),
  }),
  z.strictObject({
    name: nameField('Name of the consumer in reports.'),
    kind: z.literal('fan-out').meta({ description: 'Receives records as they are pushed (enhanced fan-out).' }),
  }),
  z.strictObject({
    name: nameField('Name of the consumer in reports.'),
    kind: z
      .literal('delivered')
      .meta({ description: 'Reads what a delivery stream delivered, at its destination. For target firehose only.' }),
    intervalMs: millisecondsField('Time between two looks at the destination.', 1).prefault(200),
  }),
  z.strictObject({
    name: nameField('Name of the consumer in reports.'),
    kind: z
      .literal('group')
      .meta({ description: 'A consumer group, whose members share the partitions. For target kafka only.' }),
    members: wholeNumberField('Members of the group.', 1, 64).default(1),
    protocol: z.enum(['consumer', 'classic']).default('consumer').meta({
      description:
        'Group protocol: consumer (KIP-848, the broker assigns partitions) or classic (a member assigns them).',
    }),
    commitMs: millisecondsField('Time between two commits of offsets.', 1).prefault(5000),
  }),
]);

export const targetSchema = z.union(TARGET_SCHEMAS).prefault({ kind: 'engine' }).meta({
  description: 'The system under test.',
});

export const scenarioSchema = z
  .strictObject({
    name: nameField('Name of the experiment.'),
    description: z.string().optional().meta({ description: 'Purpose of the experiment.' }),
    seed: wholeNumberField('Seed of the load. The same seed makes the same load.', 0, Number.MAX_SAFE_INTEGER).default(
      1,
    ),
    target: targetSchema,
    workloads: z.array(workloadSchema).min(1).meta({ description: 'Streams of records, sent at the same time.' }),
    consumers: z
      .array(consumer)
      .default([])
      .meta({ description: 'Readers of the stream, or of what it delivered. Each one reads every record.' }),
    steps: stepsSchema.default([]),
    faults: faultsSchema.default([]),
    thresholds: z.array(z.string().min(1)).default([]).meta({
      description: 'Conditions that must hold for the run to pass, such as `putToGet.p99 < 120ms` or `lost == 0`.',
    }),
    drain: durationField(
      'Time without progress of consumers, after the last acknowledgement, until the rest counts as lost. The buffer interval of a created delivery stream is added.',
    ).prefault('10s'),
  })
  .meta({ title: 'streamgauge scenario' });

export type ParsedScenario = z.output<typeof scenarioSchema>;
export type ParsedTarget = z.output<typeof targetSchema>;
export type ParsedWorkload = z.output<typeof workloadSchema>;
export type ParsedPhase = z.output<typeof phaseSchema>;

/** JSON Schema of a scenario, with which editors complete and check it. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      const range = RANGES.get(zodSchema)?.words;
      if (range !== undefined)
        jsonSchema.description = `${jsonSchema.description} ${range[0]?.toUpperCase()}${range.slice(1)}.`;
    },
  });
  return { ...schema };
}
