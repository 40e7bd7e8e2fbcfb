import { z } from 'zod';
import {
  BYTE_RATE_PATTERN,
  DURATION_PATTERN,
  parseBytesPerSecond,
  parseDurationNs,
  parseRatePerSecond,
  parseRatio,
  parseSizeBytes,
  type Quantity,
  RATE_PATTERN,
  RATIO_PATTERN,
  SIZE_PATTERN,
  shareFix,
} from './units.ts';

/** Bounds of a quantity in its resolved unit, and the same bounds in words. */
interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly words: string;
  /** JSON Schema for editors, if more than a text with the unit's pattern is accepted. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
}

/** Ranges of quantities in words. JSON Schema cannot express them, so that they become part of descriptions there. */
export const RANGES = z.registry<{ readonly words: string }>();

const HOUR_NS = 3600e9;
export const RATE_MAX_PER_SECOND = 100e6;
export const KEY_MAX_CHARACTERS = 256;
export const KEY_COUNT_MAX = 10_000_000;
export const RECORD_MAX_BYTES = 10 * 2 ** 20;

/** Above zero, at most 1000 hours: long enough for a soak, short enough that ns stay exact in a double. */
export const durationField = (description: string) =>
  durationBetween(description, { min: 1, max: 1000 * HOUR_NS, words: 'a duration above 0, at most 1000h' });

export const durationOrZeroField = (description: string) =>
  durationBetween(description, { min: 0, max: 1000 * HOUR_NS, words: 'a duration of at least 0s, at most 1000h' });

const durationBetween = (description: string, bounds: Bounds) =>
  quantityField(parseDurationNs, DURATION_PATTERN, ['5s', '200ms'], description, bounds);

export const rateField = (description: string) =>
  quantityField(parseRatePerSecond, RATE_PATTERN, ['1000/s', '2k/s', '60/m'], description, {
    min: Number.MIN_VALUE,
    max: RATE_MAX_PER_SECOND,
    words: 'a rate above 0/s, at most 100M/s',
  });

export const rateOrZeroField = (description: string) =>
  quantityField(parseRatePerSecond, RATE_PATTERN, ['2k/s', '0'], description, {
    min: 0,
    max: RATE_MAX_PER_SECOND,
    words: 'a rate from 0/s to 100M/s',
    jsonSchema: { anyOf: [{ type: 'string', pattern: RATE_PATTERN }, { const: 0 }] },
  });

export const byteRateField = (description: string) =>
  quantityField(parseBytesPerSecond, BYTE_RATE_PATTERN, ['1MB/s'], description, {
    min: 1,
    max: 1e12,
    words: 'a byte rate from 1B/s to 1000GB/s',
  });

export const sizeField = (description: string, min: number, max: number, words: string) =>
  quantityField(parseSizeBytes, SIZE_PATTERN, ['300B', '2KB', '1MiB'], description, { min, max, words });

/** A payload of 1 byte to 10 MiB. The limit of the scenario's own target is checked once the target is known. */
export const payloadSizeField = (description: string) =>
  sizeField(description, 1, RECORD_MAX_BYTES, 'a size from 1B to 10MiB');

/** A share from 0 to 1, as a percentage or as a number. */
export const shareField = (description: string) =>
  z
    .unknown()
    .meta({
      description,
      anyOf: [
        { type: 'string', pattern: RATIO_PATTERN },
        { type: 'number', minimum: 0, maximum: 1 },
      ],
      examples: ['5%', 0.05],
    })
    .transform((input, context): number => {
      const problem = (code: string, what: string, fix: string): never => {
        context.addIssue({ code: 'custom', message: what, params: { code, fix } });
        return z.NEVER;
      };
      if (input === undefined) return problem('MISSING', 'is missing.', 'Add a share, such as 80% or 0.8.');
      const ratio = parseRatio(input);
      if (ratio.kind === 'problem') return problem('BAD_UNIT', ratio.what, ratio.fix);
      if (ratio.value >= 0 && ratio.value <= 1) return ratio.value;
      return problem('OUT_OF_RANGE', `'${String(input)}' is out of range.`, shareFix(input));
    });

/** A plain number of milliseconds, for keys that end in Ms; resolved to ns. */
export const millisecondsField = (description: string, min: number) =>
  z
    .number()
    .min(min)
    .max(3_600_000)
    .meta({ description: `${description} A plain number of milliseconds.` })
    .transform((ms) => Math.round(ms * 1e6));

export const wholeNumberField = (description: string, min: number, max: number) =>
  z.int().min(min).max(max).meta({ description });

const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Join_Control}_ .-]*$/u;

export const nameField = (description: string) =>
  z
    .string()
    // Unicode can write the same letters in several ways. Names are compared, and become names of files.
    .normalize('NFC')
    .min(1)
    .max(100)
    .regex(NAME, { error: 'has characters that a name must not have' })
    .meta({ description: `${description} Letters and digits of any script, space, dot, dash and underscore.` });

/**
 * A quantity with its unit. The field accepts any value and checks it here, because only the unit's parser knows what is
 * wrong with `5` or `5 parsecs`. Editors see a text with a pattern.
 */
function quantityField(
  read: (input: unknown) => Quantity,
  pattern: string,
  examples: readonly string[],
  description: string,
  bounds: Bounds,
) {
  return z
    .unknown()
    .register(RANGES, { words: bounds.words })
    .meta({ description, ...(bounds.jsonSchema ?? { type: 'string', pattern }), examples })
    .transform((input, context): number => {
      const problem = (code: string, what: string, fix: string): never => {
        context.addIssue({ code: 'custom', message: what, params: { code, fix } });
        return z.NEVER;
      };
      if (input === undefined) return problem('MISSING', 'is missing.', `Add ${bounds.words}, such as ${examples[0]}.`);
      const quantity = read(input);
      if (quantity.kind === 'problem') return problem('BAD_UNIT', quantity.what, quantity.fix);
      if (quantity.value >= bounds.min && quantity.value <= bounds.max) return quantity.value;
      return problem('OUT_OF_RANGE', `'${String(input)}' is out of range.`, `Write ${bounds.words}.`);
    });
}
