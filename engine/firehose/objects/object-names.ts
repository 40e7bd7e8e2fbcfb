import { createHash } from 'node:crypto';
import type { PartitionKeys } from '../delivery/delivery-record.ts';
import { readDatePattern } from './date-pattern.ts';
import { hasExpressions, type PrefixPart, RANDOM_LENGTH, readPrefix } from './prefix.ts';
import { UTC, type ZonedTime, zonedTime } from './zoned-time.ts';

export interface ObjectNameSettings {
  readonly streamName: string;
  readonly prefix?: string | undefined;
  readonly errorOutputPrefix?: string | undefined;
  /** Also the zone of the default prefix and of the time in the suffix. UTC by default. */
  readonly timeZone?: string | undefined;
  readonly fileExtension?: string | undefined;
}

/** One object. The same object has the same name at each try. */
export interface NamedObject {
  /** A UUID. */
  readonly id: string;
  readonly version: number;
  /** Epoch time in ms at which the oldest record in the object arrived. */
  readonly oldestArrivedAtMs: number;
  readonly partitionKeys?: PartitionKeys | undefined;
}

export interface ObjectNames {
  /** @param ending of the format, which FileExtension replaces. */
  nameOf(object: NamedObject, ending: string): string;
  /** Objects of failed records have no ending. */
  errorNameOf(object: NamedObject, errorOutputType: string): string;
}

/** The live service wrote zeros for all fractions of a second. */
const MS_PER_SECOND = 1000;
const DEFAULT_DATES = 'yyyy/MM/dd/HH/';

const dateText = patternOf(DEFAULT_DATES);
const suffixTime = patternOf('yyyy-MM-dd-HH-mm-ss');
const DATES: PrefixPart = { kind: 'timestamp', textAt: dateText };
const ERROR_TYPE: readonly PrefixPart[] = [{ kind: 'error-output-type' }, { kind: 'text', text: '/' }];

/**
 * Names of the objects of an S3 destination: evaluated prefix, then `NAME-VERSION-yyyy-MM-dd-HH-mm-ss-UUID` and the ending.
 * Parts of a name share one instant. The settings must have passed `nameProblems`.
 */
export function objectNames(settings: ObjectNameSettings): ObjectNames {
  const { streamName, timeZone = UTC, fileExtension = '' } = settings;
  const { data, errors } = effectivePrefixes(settings.prefix ?? '', settings.errorOutputPrefix ?? '');
  const name = (parts: readonly PrefixPart[], object: NamedObject, errorOutputType: string) => {
    const time = zonedTime(Math.floor(object.oldestArrivedAtMs / MS_PER_SECOND) * MS_PER_SECOND, timeZone);
    const prefix = evaluate(parts, { object, time, errorOutputType });
    return `${prefix}${streamName}-${object.version}-${suffixTime(time)}-${object.id}`;
  };
  return {
    nameOf: (object, ending) => `${name(data, object, '')}${fileExtension === '' ? ending : fileExtension}`,
    errorNameOf: (object, errorOutputType) => name(errors, object, errorOutputType),
  };
}

/**
 * Adds what the service adds: dates to a prefix that has neither a timestamp nor a partition key, and the error type to an
 * error prefix without expressions. Text is put together as it is: no slash comes between.
 */
function effectivePrefixes(prefix: string, errorPrefix: string) {
  const parts = partsOf(prefix, 'Prefix');
  const errorParts = partsOf(errorPrefix === '' ? prefix : errorPrefix, 'ErrorOutputPrefix');
  const isDated = parts.some(({ kind }) => kind === 'timestamp' || kind === 'partition-key');
  return {
    data: isDated ? parts : [...parts, DATES],
    errors: hasExpressions(errorParts) ? errorParts : [...errorParts, ...ERROR_TYPE, DATES],
  };
}

interface Evaluation {
  readonly object: NamedObject;
  readonly time: ZonedTime;
  readonly errorOutputType: string;
}

function evaluate(parts: readonly PrefixPart[], { object, time, errorOutputType }: Evaluation): string {
  const textOf = (part: PrefixPart, index: number): string => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'timestamp':
        return part.textAt(time);
      case 'random-string':
        return randomString(object.id, index);
      case 'error-output-type':
        return errorOutputType;
      case 'partition-key':
        return object.partitionKeys?.[part.source]?.[part.key] ?? '';
    }
  };
  return parts.map(textOf).join('');
}

/** Each use in each object has another text, which is the same at each try of the object: a retry must overwrite it. */
function randomString(id: string, use: number): string {
  const hash = createHash('sha256').update(`${id} ${use}`).digest('base64');
  return hash.replace(/[^A-Za-z0-9]/g, '').slice(0, RANDOM_LENGTH);
}

function partsOf(prefix: string, name: string): readonly PrefixPart[] {
  const read = readPrefix(prefix, name);
  if (read.kind === 'problem') throw new RangeError(read.problem);
  return read.parts;
}

function patternOf(pattern: string) {
  const read = readDatePattern(pattern);
  if (read.kind === 'problem') throw new RangeError(read.problem);
  return read.textAt;
}
