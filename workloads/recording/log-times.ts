/**
 * The place of the time in a log line. The first line decides for the whole file: a line may contain several times, and only one of
 * them is the time of writing.
 */
export interface LogTimeFormat {
  readonly name: string;
  /** Finds the time as its first group. */
  readonly pattern: RegExp;
}

const ISO = String.raw`\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?`;

export const LOG_TIME_FORMATS: readonly LogTimeFormat[] = [
  {
    name: 'access log',
    pattern: /\[(\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: [+-]\d{4})?)\]/u,
  },
  { name: 'syslog (RFC 5424)', pattern: new RegExp(`^<\\d{1,3}>1 (${ISO}) `, 'u') },
  {
    name: 'syslog (RFC 3164)',
    pattern: /^(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?= |:)/u,
  },
  { name: 'ISO 8601', pattern: new RegExp(`^(?:<\\d{1,3}>)?["[(]?(${ISO})(?![\\d:])`, 'u') },
  { name: 'epoch', pattern: /^"?\[?(\d{9,19}(?:\.\d{1,9})?)(?=[\s\]",])/u },
];

export class LogTimes {
  #format: LogTimeFormat | undefined;

  /** Returns the time of a line and its index; undefined if the line has no time in the format of the file. */
  find(line: string): { readonly text: string; readonly index: number } | undefined {
    this.#format ??= LOG_TIME_FORMATS.find(({ pattern }) => pattern.test(line));
    const match = this.#format?.pattern.exec(line);
    const text = match?.[1];
    return match === null || match === undefined || text === undefined
      ? undefined
      : { text, index: match.index + match[0].indexOf(text) };
  }

  /** Returns another format in which the line has a time, for the error. */
  other(line: string): { readonly own: string; readonly other: string } | undefined {
    const own = this.#format;
    const other = LOG_TIME_FORMATS.find((format) => format !== own && format.pattern.test(line));
    return own === undefined || other === undefined ? undefined : { own: own.name, other: other.name };
  }
}
