import { z } from 'zod';
import type { Problem } from './errors.ts';
import { readBytes, scenarioPath } from './files.ts';
import type { LatencyProfileSpec } from './limits-and-latency.ts';
import { schemaProblems } from './schema-problems.ts';

/** One row of a measured delay. The engine reads the same files; a test holds that both accept and reject the same ones. */
const quantile = z.strictObject({
  p: z.number().min(0).max(1).meta({ description: 'Share of all records, from 0 to 1, rising from row to row.' }),
  ms: z.number().min(0).max(3_600_000).meta({ description: 'Delay in ms, from 0 to 3,600,000, never falling.' }),
});

/** Quantiles of a latency profile, and of the profiles that `calibrate` writes. */
export const quantilesSchema = z
  .array(quantile)
  .min(2)
  .superRefine((rows, context) => {
    for (const [i, { p, ms }] of rows.entries()) {
      const before = rows[i - 1];
      if (before === undefined) continue;
      if (p <= before.p) notRising(context, [i, 'p'], `${p} is not above the ${before.p} before it.`);
      if (ms < before.ms) notRising(context, [i, 'ms'], `${ms} is below the ${before.ms} before it.`);
    }
  })
  .meta({ description: 'At least two rows { p, ms }.' });

const profileSchema = z.strictObject({
  name: z.string().min(1).optional(),
  source: z.string().min(1).optional(),
  recordedAt: z.string().min(1).optional(),
  slotMs: z.number().min(1).max(3_600_000).optional().meta({ description: 'Time for which one draw holds, in ms.' }),
  quantiles: quantilesSchema,
});

function notRising(context: z.core.$RefinementCtx, path: (string | number)[], what: string): void {
  const fix = 'Sort the rows by p; a higher p has a delay at least as long.';
  context.addIssue({ code: 'custom', message: what, path, params: { code: 'OUT_OF_RANGE', fix } });
}

/** A profile is a few quantiles and texts. */
const FILE_MAX_BYTES = 2 ** 20;

/**
 * Reads a latency profile. The scenario then contains it, so that a result can be understood without the file.
 * @param path Path of the key in the scenario, for problems.
 */
export function readLatencyFile(
  file: string,
  scenarioFile: string | undefined,
  path: string,
  problems: Problem[],
): LatencyProfileSpec | undefined {
  const read = readBytes(scenarioPath(file, scenarioFile), FILE_MAX_BYTES);
  if (read.kind !== 'read') {
    const reason = read.kind === 'too-big' ? `it has ${read.sizeBytes} bytes` : read.reason;
    const what = `'${file}' cannot be read: ${reason}.`;
    problems.push({ code: 'LATENCY_FILE_MISSING', path, what, fix: 'Give a profile of quantiles as a JSON file.' });
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(read.bytes));
  } catch (error) {
    const what = `'${file}' is not JSON: ${error instanceof Error ? error.message : String(error)}.`;
    problems.push({ code: 'LATENCY_FILE_MALFORMED', path, what, fix: 'Correct the file.' });
    return undefined;
  }
  const parsed = profileSchema.safeParse(value);
  if (!parsed.success) {
    for (const problem of schemaProblems(parsed.error, profileSchema, value)) {
      const what = `in '${file}', ${problem.path === '' ? 'the profile' : problem.path}: ${problem.what}`;
      problems.push({ code: 'LATENCY_FILE_MALFORMED', path, what, fix: problem.fix });
    }
    return undefined;
  }
  const { quantiles, ...about } = parsed.data;
  return { ...about, quantiles: quantiles.map(({ p, ms }) => ({ p, ns: ms * 1e6 })) };
}
