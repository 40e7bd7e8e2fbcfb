import { z } from 'zod';
import { durationOrZeroField, nameField, wholeNumberField } from './schema-fields.ts';

/** Largest number of shards that UpdateShardCount accepts. Source: Amazon Kinesis API Reference, 2025. */
const SHARDS_MAX = 10_000;
const SHARD_ID = /^shardId-(\d{12})$/;
const SHARD_NUMBER_MAX = 999_999;

/** The number of a shard from its number or its id; undefined if the input is neither. */
function shardNumberOf(input: unknown): number | undefined {
  const number = typeof input === 'string' ? Number(SHARD_ID.exec(input)?.[1] ?? -1) : input;
  const isNumber = typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= SHARD_NUMBER_MAX;
  return isNumber ? number : undefined;
}

const SHARD_FORMS = [
  { type: 'integer', minimum: 0, maximum: SHARD_NUMBER_MAX },
  { type: 'string', pattern: SHARD_ID.source },
] as const;

const SHARD_HELP = 'its number, such as 0, or its id, such as shardId-000000000003.';

/** A shard as a number from 0 or as `shardId-` and twelve digits; resolved to the number. */
export const shardField = (description: string) => shardOrWordField<never>(description);

/** The same, or one word for a shard that is chosen at the time of the step. */
function shardOrWordField<Word extends string>(description: string, word?: Word) {
  const words = word === undefined ? [] : [{ const: word }];
  return z
    .unknown()
    .meta({ description, anyOf: [...words, ...SHARD_FORMS], examples: [word ?? 0, 'shardId-000000000003'] })
    .transform((input, context): number | Word => {
      if (word !== undefined && input === word) return word;
      const number = shardNumberOf(input);
      if (number !== undefined) return number;
      const what = input === undefined ? 'is missing.' : `${JSON.stringify(input)} is not a shard.`;
      const code = input === undefined ? 'MISSING' : 'WRONG_TYPE';
      const fix = word === undefined ? `Write ${SHARD_HELP}` : `Write ${word}, or a shard: ${SHARD_HELP}`;
      context.addIssue({ code: 'custom', message: what, params: { code, fix } });
      return z.NEVER;
    });
}

const at = durationOrZeroField('Time of the step, from the start of the run.');

const split = z.strictObject({
  at,
  split: shardOrWordField(
    'Split a shard in the middle: hottest (most bytes in the last 10 s), or one by number or id.',
    'hottest',
  ),
});

const merge = z.strictObject({
  at,
  merge: z.union([z.literal('coldest'), z.tuple([shardField('One shard.'), shardField('The shard beside it.')])]).meta({
    description: 'Merge two shards: coldest (the neighbours with the fewest bytes in the last 10 s), or [a, b].',
  }),
});

const shardCount = z.strictObject({
  at,
  shards: wholeNumberField(
    'Split and merge until the stream has this number of shards, with even ranges.',
    1,
    SHARDS_MAX,
  ),
});

const partitionCount = z.strictObject({
  at,
  partitions: wholeNumberField('Add partitions until the topic has so many. For target kafka only.', 1, SHARDS_MAX),
});

const BROKER_HELP = 'by its name in commands of the target. For target kafka only.';
const stop = z.strictObject({ at, stop: nameField(`Kill a broker, ${BROKER_HELP}`) });
const start = z.strictObject({ at, start: nameField(`Start a broker that was stopped, ${BROKER_HELP}`) });

export const stepsSchema = z.array(z.union([split, merge, shardCount, partitionCount, stop, start])).meta({
  description:
    'Changes of the stream during the load: { at, split }, { at, merge } or { at, shards }; on Kafka { at, partitions }, { at, stop } or { at, start }.',
});

export type ParsedSteps = z.output<typeof stepsSchema>;
