import { z } from 'zod';
import { timeZoneOf } from './recording/time-zone.ts';
import { wholeNumberField } from './schema-fields.ts';

export const fieldName = (description: string) => z.string().min(1).meta({ description });

const SEPARATOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['comma', ','],
  ['semicolon', ';'],
  ['tab', '\t'],
]);

const separator = z
  .string()
  .meta({
    description: 'CSV: the character between values. Without it, detected from , ; tab and |.',
    examples: [';', 'tab'],
  })
  .transform((input, context): string => {
    const character = SEPARATOR_WORDS.get(input) ?? input;
    const isAscii = character.length === 1 && character > '\0' && character < '\x80';
    if (isAscii && !/^["\r\n]$/u.test(character)) return character;
    const message = `${JSON.stringify(input)} is not one ASCII character.`;
    const fix = "Write one character such as ';' or '|', or the word tab.";
    context.addIssue({ code: 'custom', message, params: { code: 'NOT_A_CHOICE', fix } });
    return z.NEVER;
  });

const timeZone = z
  .string()
  .meta({ description: 'Zone of times that have none. Without it, UTC.', examples: ['Europe/Berlin', '+02:00'] })
  .transform((input, context): string => {
    if (timeZoneOf(input) !== undefined) return input;
    const fix = 'Write a zone such as Europe/Berlin, or an offset such as +02:00.';
    context.addIssue({
      code: 'custom',
      message: `there is no time zone '${input}'.`,
      params: { code: 'NOT_A_CHOICE', fix },
    });
    return z.NEVER;
  });

/** A recording to replay: its path and its format. */
export const replaySchema = z.strictObject({
  file: z.string().min(1).meta({
    description:
      "Path from the scenario file's folder, or sample:NAME for a sample of the package. gzip and zstd are decompressed.",
  }),
  format: z
    .enum(['ndjson', 'csv', 'log'])
    .meta({ description: 'One record a line: JSON objects, CSV with a header, or log lines.' }),
  encoding: z
    .enum(['utf-8', 'latin1'])
    .optional()
    .meta({ description: 'Encoding of keys, times and names (default utf-8). Payloads are sent byte for byte.' }),
  separator: separator.optional(),
  quotes: z.boolean().optional().meta({ description: 'CSV: false if quotes are ordinary characters (default true).' }),
  timeField: z
    .union([
      fieldName("Field with the record's time, for recorded arrivals."),
      z.tuple([fieldName('Field with the date.'), fieldName('Field with the time of day.')]),
    ])
    .optional()
    .meta({ description: "Field with the record's time, for recorded arrivals, or [date, time] for two fields." }),
  timeUnit: z
    .enum(['s', 'ms', 'us', 'ns'])
    .optional()
    .meta({ description: 'Unit of times that are numbers. Without it, detected from their size.' }),
  timeZone: timeZone.optional(),
  timeYear: wholeNumberField('Year of syslog times, which have none (default 2001).', 1970, 2200).optional(),
  missingKey: z
    .enum(['reject', 'skip'])
    .optional()
    .meta({ description: 'Records without a key: reject the file (default), or skip and count them.' }),
  missingTime: z
    .enum(['reject', 'skip'])
    .optional()
    .meta({ description: 'Records without a time: reject the file (default), or skip and count them.' }),
});
