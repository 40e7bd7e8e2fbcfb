import type { TimeUnit } from '../../../../workloads/recording/decimal-time.ts';
import { type TimeOptions, type TimeProblem, TimeReader } from '../../../../workloads/recording/time-reader.ts';

/** Possible resolutions of times, coarse to fine, ns; each one is a multiple of the next. */
const RESOLUTIONS_NS = [86_400e9, 3600e9, 60e9, 1e9, 100e6, 10e6, 1e6, 100e3, 10e3, 1e3, 100, 10, 1] as const;
const DAY_SECONDS = 86_400;
const ISO_SECONDS = /^\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}/u;
const ISO_LENGTH = 19;
const FRACTION_SCALE = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 10, 1] as const;

/**
 * Times of a trace as ns from the start of its first record's day. A time like the one before it is read in tens of ns instead of a
 * microsecond: equal text, the same second with another fraction, or a whole number in the same unit.
 */
export class TraceTimes {
  readonly #reader: TimeReader;
  #baseSeconds: number | undefined;
  #resolution = 0;
  #lastText = '';
  #lastNs = 0;
  /** ISO times: the text up to the second, its ns, and the zone after the fraction. */
  #second = '';
  #secondNs = 0;
  #zone = '';
  /** Whole numbers of one unit: their range, and how they become ns. */
  #numbers: NumberForm | undefined;
  readonly #options: TimeOptions;

  constructor(options: TimeOptions) {
    this.#options = options;
    this.#reader = new TimeReader(options);
  }

  /** The finest resolution that any time needed. */
  get resolutionNs(): number {
    return RESOLUTIONS_NS[this.#resolution]!;
  }

  /** Seconds since 1970 of a time that was read. */
  secondsOf(ns: number): number {
    return (this.#baseSeconds ?? 0) + ns / 1e9;
  }

  /** Leaves the time in `ns`. @returns what is wrong with it. */
  ns = 0;
  read(text: string, line: number): TimeProblem | undefined {
    if (text === this.#lastText && this.#baseSeconds !== undefined) {
      this.ns = this.#lastNs;
      return undefined;
    }
    const quick = this.#quick(text);
    if (quick !== undefined) this.#accept(text, quick);
    else {
      const problem = this.#reader.read(text, line);
      if (problem !== undefined) return problem;
      const { seconds, nanos } = this.#reader;
      this.#baseSeconds ??= Math.floor(seconds / DAY_SECONDS) * DAY_SECONDS;
      const wholeNs = (seconds - this.#baseSeconds) * 1e9;
      this.#learn(text, wholeNs);
      this.#accept(text, wholeNs + nanos);
    }
    return undefined;
  }

  #accept(text: string, ns: number): void {
    this.ns = ns;
    this.#lastText = text;
    this.#lastNs = ns;
    while (ns % RESOLUTIONS_NS[this.#resolution]! !== 0) this.#resolution += 1;
  }

  #quick(text: string): number | undefined {
    if (this.#numbers !== undefined) return this.#number(text, this.#numbers);
    if (this.#second === '' || !text.startsWith(this.#second)) return undefined;
    return this.#fraction(text);
  }

  #number(text: string, { unitNs, min, max, digitsCut }: NumberForm): number | undefined {
    const number = wholeNumber(text, 0, text.length - digitsCut);
    if (number === undefined || number < min || number >= max) return undefined;
    const cut = digitsCut === 0 ? 0 : wholeNumber(text, text.length - digitsCut, text.length);
    if (cut === undefined) return undefined;
    // The subtraction comes first: ns since 1970 have more digits than a double.
    return (number - this.#baseSeconds! * (1e9 / unitNs)) * unitNs + cut;
  }

  #fraction(text: string): number | undefined {
    const point = text.charCodeAt(ISO_LENGTH);
    let at = ISO_LENGTH;
    let fraction = 0;
    if (point === 0x2e || point === 0x2c) {
      at += 1;
      for (let digit = text.charCodeAt(at) - 48; digit >= 0 && digit <= 9; digit = text.charCodeAt(at) - 48) {
        fraction = 10 * fraction + digit;
        at += 1;
      }
      const digits = at - ISO_LENGTH - 1;
      if (digits === 0 || digits > 9) return undefined;
      fraction *= FRACTION_SCALE[digits]!;
    }
    return text.slice(at) === this.#zone ? this.#secondNs + fraction : undefined;
  }

  #learn(text: string, wholeNs: number): void {
    const { form, unit } = this.#reader.format ?? {};
    if (form === 'number' && unit !== undefined) {
      const number = NUMBER_FORMS[unit];
      // With a unit that was given, any number has it.
      this.#numbers = this.#options.timeUnit === undefined ? number : { ...number, min: 0 };
    } else if ((form === 'zoned' || form === 'local') && ISO_SECONDS.test(text)) {
      this.#second = text.slice(0, ISO_LENGTH);
      this.#secondNs = wholeNs;
      this.#zone = text.slice(ISO_LENGTH).replace(/^[.,]\d+/u, '');
    }
  }
}

interface NumberForm {
  readonly unitNs: number;
  /** Numbers from `min` to below `max` have this unit. */
  readonly min: number;
  readonly max: number;
  /** Digits at the end that are read for themselves, because a double does not hold the whole number. */
  readonly digitsCut: number;
}

/** The same ranges as in `unitOf`, as far as doubles reach. */
const NUMBER_FORMS: Readonly<Record<TimeUnit, NumberForm>> = {
  s: { unitNs: 1e9, min: 1e8, max: 1e11, digitsCut: 0 },
  ms: { unitNs: 1e6, min: 1e11, max: 1e14, digitsCut: 0 },
  us: { unitNs: 1e3, min: 1e14, max: 9e15, digitsCut: 0 },
  ns: { unitNs: 1e9, min: 1e8, max: 1e11, digitsCut: 9 },
};

/** The number that digits from `start` to `end` write, at most 16 of them. */
function wholeNumber(text: string, start: number, end: number): number | undefined {
  if (end <= start || end - start > 16) return undefined;
  let number = 0;
  for (let i = start; i < end; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    number = 10 * number + digit;
  }
  return number;
}
