import { type RunnerError, runnerError } from '../../../errors.ts';
import { FIELD_KINDS, type FieldKind } from './trace-line.ts';

/** Names of the fields of a trace, by their content. */
export interface TraceFields {
  /** One field, or two for a date and a time of day. */
  readonly time: string | readonly [date: string, time: string];
  readonly key?: string | undefined;
  /** MD5 of the key in hexadecimal, or a hash key in decimal. */
  readonly hash?: string | undefined;
  /** Bytes of the record's data. Without it a line's bytes count. */
  readonly size?: string | undefined;
}

/** Names as options give them; what is undefined is detected. */
export type FieldOptions = { readonly [Kind in FieldKind]?: TraceFields[Kind] | undefined };

/** Field names that identify the content; case, `_`, `-` and `@` do not matter. The first name that a trace has wins. */
const KNOWN_NAMES: Readonly<Record<FieldKind, readonly string[]>> = {
  time: ['time', 'timestamp', 'ts', 'datetime', 'date', 'eventtime', 'approximatearrivaltimestamp', 'createdat'],
  key: ['key', 'partitionkey', 'pk'],
  hash: ['keyhash', 'hashkey', 'explicithashkey', 'hash', 'md5', 'keymd5'],
  size: ['bytes', 'size', 'sizebytes', 'databytes', 'recordbytes', 'payloadbytes', 'length'],
};

const OPTION_OF: Readonly<Record<FieldKind, string>> = {
  time: '--time-field',
  key: '--key-field',
  hash: '--hash-field',
  size: '--size-field',
};

const plain = (name: string): string => name.toLowerCase().replace(/[_@-]/gu, '');

/**
 * The fields by the options, and by well-known names for the others. A key's hash is only used if there is no key.
 * @param names what the trace has, in its order.
 * @throws RunnerError RUNNER_INPUT_FIELD if no field has the time, or none the key or its hash.
 */
export function findFields(names: readonly string[], options: FieldOptions, where: string): TraceFields {
  const detect = (kind: FieldKind) => {
    const known = KNOWN_NAMES[kind].find((candidate) => names.some((name) => plain(name) === candidate));
    return names.find((name) => plain(name) === known);
  };
  const time = options.time ?? detect('time');
  const key = options.key ?? (options.hash === undefined ? detect('key') : undefined);
  const hash = options.hash ?? (key === undefined ? detect('hash') : undefined);
  const size = options.size ?? detect('size');
  if (time === undefined) throw missing('time', 'the time', names, where);
  if (key === undefined && hash === undefined) throw missing('key', 'the partition key', names, where);
  return { time, key, hash, size };
}

function missing(kind: FieldKind, noun: string, names: readonly string[], where: string): RunnerError {
  const shown = names.slice(0, 20).join(', ');
  return runnerError('RUNNER_INPUT_FIELD', {
    what: `no field is known to hold ${noun}; the fields are ${shown === '' ? 'none' : shown}`,
    where,
    fix: `Name the field: ${OPTION_OF[kind]} NAME.`,
  });
}

/** Such as `time from 'ts', key from 'user', size from 'bytes'`. */
export function fieldText(fields: TraceFields): string {
  const parts = FIELD_KINDS.flatMap((kind) => {
    const name = fields[kind];
    if (name === undefined) return [];
    return [`${kind} from ${typeof name === 'string' ? `'${name}'` : `'${name.join("' and '")}'`}`];
  });
  return parts.join(', ');
}
