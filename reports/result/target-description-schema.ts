import { z } from 'zod';
import { numberOrNull, positive, text } from './schema-values.ts';
import { FIXABLE_TOPICS, POLL_ENDINGS, TARGET_PLACES, THROTTLE_WAYS } from './target-facts.ts';

const targetFacts = z.object({
  durability: text,
  order: text,
  delivery: text,
  copies: numberOrNull,
  place: z.enum(TARGET_PLACES),
  client: text,
  batching: text,
  polling: z.enum(POLL_ENDINGS),
  throttling: z.enum(THROTTLE_WAYS),
  routing: text,
  limits: z.object({ recordsPerSecond: positive, bytesPerSecond: positive }).nullable(),
  compression: text,
  model: text.exactOptional(),
  fixes: z.partialRecord(z.enum(FIXABLE_TOPICS), text),
});

/** The description of the target in a result. Fields are in the order in which they are written. */
export const targetDescription = z.object({
  title: text,
  place: text.exactOptional(),
  residenceStart: z.enum(['hand-over', 'acknowledgement', 'target-time']),
  facts: targetFacts.exactOptional(),
});
