import { z } from 'zod';
import type { Scenario } from '../../workloads/scenario.ts';
import { NAMED_MAX } from './result-limits.ts';
import { count, number, positive, text } from './schema-values.ts';

/** Reports read nothing else of a target's settings, and only of results without a description of the target. */
const target = z.looseObject({ kind: text, shards: count.exactOptional(), stream: text.exactOptional() });

const payload = z.union([
  z.looseObject({ kind: z.literal('replay'), replay: z.looseObject({ path: text }) }),
  z.looseObject({ kind: text.refine((kind) => kind !== 'replay', 'has no recording') }),
]);

/** Checks only the fields that reports read: the scenario was checked in full before the result was written. */
export const scenarioSchema = z
  .looseObject({
    name: text,
    seed: number,
    target,
    workloads: z
      .array(
        z.looseObject({
          name: text,
          payload,
          producers: z.looseObject({ count }),
          phases: z
            .array(
              z.looseObject({
                name: text,
                startNs: positive,
                durationNs: positive,
                fromPerSecond: positive,
                toPerSecond: positive,
                recorded: z.boolean(),
              }),
            )
            .max(NAMED_MAX),
        }),
      )
      .max(NAMED_MAX),
    consumers: z.array(z.looseObject({ name: text, kind: text })).max(NAMED_MAX),
    thresholds: z.array(text).max(NAMED_MAX),
  })
  .transform((checked) => checked as unknown as Scenario);
