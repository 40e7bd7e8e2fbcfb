import { readTimestampFormat, type TimestampReader } from './timestamp-format.ts';
import { openXTimestamp, sqlTimestamp } from './timestamps.ts';

/** The way from JSON to values: one of the two deserializers of the service. */
export interface Deserializer {
  /** Keys of JSON are lower-cased before they are compared with columns. */
  readonly isCaseInsensitive: boolean;
  readonly hasUnderscoresForDots: boolean;
  /** Keys of JSON by the name of their column. */
  readonly keyOfColumn: ReadonlyMap<string, string>;
  /** Numbers in texts are numbers, and everything can be a text. */
  readonly isLenient: boolean;
  readonly timestampOf: TimestampReader;
}

export interface OpenXOptions {
  readonly CaseInsensitive?: boolean | undefined;
  readonly ConvertDotsInJsonKeysToUnderscores?: boolean | undefined;
  readonly ColumnToJsonKeyMappings?: Readonly<Record<string, string>> | undefined;
}

export interface HiveOptions {
  readonly TimestampFormats?: readonly string[] | undefined;
}

export type DeserializerInput =
  | { readonly kind: 'openx'; readonly options: OpenXOptions }
  | { readonly kind: 'hive'; readonly options: HiveOptions };

export type ReadDeserializer =
  | { readonly kind: 'deserializer'; readonly deserializer: Deserializer }
  | { readonly kind: 'problem'; readonly problem: string };

export function readDeserializer(input: DeserializerInput): ReadDeserializer {
  return input.kind === 'openx' ? openX(input.options) : hive(input.options);
}

/** org.openx.data.jsonserde.JsonSerDe. */
function openX(options: OpenXOptions): ReadDeserializer {
  const mappings = Object.entries(options.ColumnToJsonKeyMappings ?? {});
  return {
    kind: 'deserializer',
    deserializer: {
      isCaseInsensitive: options.CaseInsensitive ?? true,
      hasUnderscoresForDots: options.ConvertDotsInJsonKeysToUnderscores ?? false,
      keyOfColumn: new Map(mappings.map(([column, key]) => [column.toLowerCase(), key])),
      isLenient: true,
      timestampOf: openXTimestamp,
    },
  };
}

/** org.apache.hive.hcatalog.data.JsonSerDe. */
function hive({ TimestampFormats = [] }: HiveOptions): ReadDeserializer {
  const readers: TimestampReader[] = [];
  for (const format of TimestampFormats) {
    const read = readTimestampFormat(format);
    if (read.kind === 'problem')
      return {
        kind: 'problem',
        problem: `Invalid deserializer option(s): TimestampFormats has "${format}". ${read.problem}`,
      };
    readers.push(read.timestampOf);
  }
  return {
    kind: 'deserializer',
    deserializer: {
      isCaseInsensitive: true,
      hasUnderscoresForDots: false,
      keyOfColumn: new Map(),
      isLenient: false,
      timestampOf: readers.length === 0 ? sqlTimestamp : firstOf(readers),
    },
  };
}

function firstOf(readers: readonly TimestampReader[]): TimestampReader {
  return (value) => {
    for (const read of readers) {
      const micros = read(value);
      if (micros !== undefined) return micros;
    }
    return undefined;
  };
}
