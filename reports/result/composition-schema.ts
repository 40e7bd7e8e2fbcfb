import { z } from 'zod';
import { CLASS_COUNT } from '../histogram/latency-classes.ts';
import type { Composition, CompositionSummary } from './composition.ts';
import { count, positive } from './schema-values.ts';

/** Not held to be whole: a sum may be beyond what is. */
const ofClasses = z.array(positive).max(CLASS_COUNT);

export const compositionSchema: z.ZodType<Composition> = z
  .object({ fromNs: ofClasses, count: z.array(count).max(CLASS_COUNT), putToGetNs: ofClasses, afterNs: ofClasses })
  .refine(
    (columns) => new Set(Object.values(columns).map(({ length }) => length)).size === 1,
    'columns differ in length',
  );

const composed = z.object({ count, putToGetNs: positive, beforeNs: positive, afterNs: positive });
const about = z.object({ ...composed.shape, fromNs: positive, toNs: positive }).nullable();
export const compositionSummarySchema: z.ZodType<CompositionSummary> = z.object({
  all: composed,
  p50: about,
  p99: about,
});
