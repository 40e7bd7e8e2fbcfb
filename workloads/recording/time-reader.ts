import { type CalendarForm, readCalendarTime } from './calendar-time.ts';
import { type Instant, isDecimal, readDecimalTime, type TimeUnit, unitOf } from './decimal-time.ts';
import { type TimeZone, timeZoneOf } from './time-zone.ts';

export interface TimeOptions {
  readonly timeUnit?: TimeUnit | undefined;
  /** Zone of times that have none. Absent: UTC. */
  readonly timeZone?: string | undefined;
  /** Year of syslog times, which have none. */
  readonly timeYear?: number | undefined;
}

/** Written form of all times of a recording. */
export interface TimeFormat {
  readonly form: 'number' | CalendarForm;
  /** The unit of times that are numbers. */
  readonly unit?: TimeUnit;
}

export interface TimeProblem {
  readonly what: string;
  readonly fix: string;
}

/**
 * Default year of syslog times. It is fixed, so that a file has the same schedule in every year. It is not a leap year, like most.
 */
export const SYSLOG_YEAR = 2001;
const HALF_YEAR_SECONDS = 182 * 86_400;
const READABLE =
  'Name a field with a number, an ISO 8601 time, a date, an access log time or a syslog time, or set timeField: [DATE, TIME].';

const FORM_NAMES: Readonly<Record<TimeFormat['form'], string>> = {
  number: 'a number',
  zoned: 'ISO 8601 with a zone',
  local: 'ISO 8601 without a zone',
  date: 'a date',
  'access-log': 'an access log time',
  'access-log-local': 'an access log time without a zone',
  syslog: 'a syslog time without a year',
};
const UNIT_NAMES: Readonly<Record<TimeUnit, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};

/** True for times that take their zone from the scenario. */
export const takesZone = (form: TimeFormat['form']): boolean =>
  form === 'local' || form === 'date' || form === 'access-log-local' || form === 'syslog';

/** Reads the times of one recording. The first one decides format and unit; all others must have the same. */
export class TimeReader {
  readonly #options: TimeOptions;
  readonly #zone: TimeZone | undefined;
  readonly #instant: Instant = { seconds: 0, nanos: 0 };
  readonly #firstYear: number;
  #year: number;
  #previousSeconds = Number.NEGATIVE_INFINITY;
  #format: TimeFormat | undefined;
  #firstLine = 0;
  /** True if the first time contradicts the options or has no unit, which is reported once and not for every line. */
  #isHopeless = false;

  constructor(options: TimeOptions) {
    this.#options = options;
    this.#zone = options.timeZone === undefined ? undefined : timeZoneOf(options.timeZone);
    this.#firstYear = options.timeYear ?? SYSLOG_YEAR;
    this.#year = this.#firstYear;
  }

  get format(): TimeFormat | undefined {
    return this.#format;
  }

  get seconds(): number {
    return this.#instant.seconds;
  }

  get nanos(): number {
    return this.#instant.nanos;
  }

  /** Reads a time into `seconds` and `nanos`. @returns its problem, or undefined. */
  read(value: string, line: number): TimeProblem | undefined {
    if (this.#isHopeless) return undefined;
    const text = value.trim();
    const problem = isDecimal(text) ? this.#readNumber(text, line) : this.#readCalendar(text, line);
    this.#previousSeconds = this.#instant.seconds;
    return problem;
  }

  #readNumber(text: string, line: number): TimeProblem | undefined {
    const { timeUnit } = this.#options;
    const unit = timeUnit ?? unitOf(text);
    if (this.#format === undefined && unit === undefined) {
      this.#isHopeless = true;
      const what = `has the time ${text}, which is too small for a time since 1970, so its unit is not known.`;
      return { what, fix: 'Set timeUnit to s, ms, us or ns.' };
    }
    const problem =
      unit === undefined ? this.#mixed(text, { form: 'number' }) : this.#fix({ form: 'number', unit }, text, line);
    if (problem !== undefined || unit === undefined) return problem;
    return readDecimalTime(text, unit, this.#instant) ? undefined : unreadable(text);
  }

  #readCalendar(text: string, line: number): TimeProblem | undefined {
    const form = readCalendarTime(text, this.#year, this.#instant);
    if (form === undefined) return unreadable(text);
    const problem = this.#fix({ form }, text, line);
    if (problem !== undefined) return problem;
    if (form === 'syslog') this.#turnYear(text);
    if (takesZone(form) && this.#zone !== undefined) this.#instant.seconds = this.#zone.toUtc(this.#instant.seconds);
    return undefined;
  }

  /** Moves to the next year when January follows December. A late line of December still belongs to the year before. */
  #turnYear(text: string): void {
    const stepSeconds = this.#instant.seconds - this.#previousSeconds;
    if (stepSeconds < -HALF_YEAR_SECONDS) this.#year += 1;
    const isLate = stepSeconds > HALF_YEAR_SECONDS && Number.isFinite(stepSeconds) && this.#year > this.#firstYear;
    if (isLate || stepSeconds < -HALF_YEAR_SECONDS) {
      readCalendarTime(text, this.#year - (isLate ? 1 : 0), this.#instant);
    }
  }

  #fix(format: TimeFormat, text: string, line: number): TimeProblem | undefined {
    const fixed = this.#format;
    if (fixed !== undefined) {
      return fixed.form === format.form && fixed.unit === format.unit ? undefined : this.#mixed(text, format);
    }
    this.#format = format;
    this.#firstLine = line;
    const conflict = this.#conflict(format);
    this.#isHopeless = conflict !== undefined;
    return conflict;
  }

  #conflict({ form }: TimeFormat): TimeProblem | undefined {
    const { timeUnit, timeZone, timeYear } = this.#options;
    const what = `has ${FORM_NAMES[form]} as its time`;
    if (timeUnit !== undefined && form !== 'number') {
      return { what: `${what}, and timeUnit is for numbers.`, fix: 'Remove timeUnit.' };
    }
    if (timeZone !== undefined && !takesZone(form)) {
      return { what: `${what}, and timeZone is for times without a zone.`, fix: 'Remove timeZone.' };
    }
    if (timeYear !== undefined && form !== 'syslog') {
      return { what: `${what}, and timeYear is for syslog times without a year.`, fix: 'Remove timeYear.' };
    }
    return undefined;
  }

  #mixed(text: string, format: TimeFormat): TimeProblem {
    const fixed = this.#format;
    const first = fixed === undefined ? '' : `, and line ${this.#firstLine} has ${formatName(fixed)}`;
    const isUnit = fixed?.form === 'number' && format.form === 'number';
    const fix = isUnit
      ? 'Correct the time, or set timeUnit if all times have one unit.'
      : 'Write all times in one format, or cut the recording where the format changes.';
    return { what: `has the time ${shown(text)} (${formatName(format)})${first}.`, fix };
  }
}

/** Describes a format, such as `a number of milliseconds`. */
export function formatName({ form, unit }: TimeFormat): string {
  if (form !== 'number') return FORM_NAMES[form];
  return unit === undefined ? 'a number too small for a time since 1970' : `a number of ${UNIT_NAMES[unit]}`;
}

function unreadable(text: string): TimeProblem {
  const isLeapDay = /^Feb {1,2}29 /u.test(text);
  const fix = isLeapDay ? 'Set timeYear to the leap year of the recording, such as 2024.' : READABLE;
  return { what: `has the time ${shown(text)}, which is not readable.`, fix };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}
