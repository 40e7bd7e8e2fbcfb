import { secondsIn } from '../../reports/reading/unfinished-file.ts';
import type { Interval } from '../../reports/result/result.ts';
import { unfinishedSecondLine } from '../../reports/result/unfinished-format.ts';
import { CellOrder } from '../../reports/summary/sum-cells.ts';
import { sumOfSeconds } from '../../reports/summary/sum-seconds.ts';
import type { Scenario } from '../../workloads/scenario.ts';

/** Some 300 seconds at 100,000 records/s. */
const UNWRITTEN_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Lines of seconds that the disk has not taken yet: one or two, unless it is full. Beyond the limit each further second adds up two
 * neighbours, from the oldest ones on and again from there, so that nothing but the resolution is lost:
 *
 *   1 1 1 1 1 1   full   2 1 1 1 1   2 2 1 1   2 2 2   4 2 ...     length of each interval in seconds
 */
export class UnwrittenSeconds {
  readonly #order: CellOrder;
  readonly #bytesMax: number;
  readonly #lines: string[] = [];
  #bytes = 0;
  /** The next line to be added up with its successor. */
  #next = 0;
  #addedUpCount = 0;

  constructor(scenario: Scenario, bytesMax = UNWRITTEN_BYTES_MAX) {
    this.#order = new CellOrder(scenario);
    this.#bytesMax = bytesMax;
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#bytes += line.length;
    if (this.#bytes > this.#bytesMax && this.#lines.length > 2) this.#addUpTwo();
  }

  /** Takes the oldest line out, to be written. */
  take(): string | undefined {
    const line = this.#lines.shift();
    if (line === undefined) return undefined;
    this.#bytes -= line.length;
    this.#next = Math.max(0, this.#next - 1);
    return line;
  }

  /** Puts a line back that was taken and could not be written. */
  putBack(line: string): void {
    this.#lines.unshift(line);
    this.#bytes += line.length;
    this.#next += 1;
  }

  /** Seconds that are not in the series by themselves any more. */
  get addedUpCount(): number {
    return this.#addedUpCount;
  }

  seconds(): Interval[] {
    return this.#lines.map(secondOf);
  }

  /** Sentences about what was lost, for the result. */
  notes(): string[] {
    const count = this.#addedUpCount;
    if (count === 0) return [];
    const seconds = count === 1 ? 'second was' : 'seconds were';
    return [
      `The disk stored no seconds for a while, and ${count} ${seconds} added to the seconds before: the series has longer intervals there. Totals are not affected.`,
    ];
  }

  #addUpTwo(): void {
    if (this.#next + 2 > this.#lines.length) this.#next = 0;
    const two = this.#lines.slice(this.#next, this.#next + 2);
    const line = unfinishedSecondLine(sumOfSeconds(two.map(secondOf), this.#order, 'sealed'));
    this.#lines.splice(this.#next, 2, line);
    this.#bytes += line.length - two.reduce((sum, { length }) => sum + length, 0);
    this.#next += 1;
    this.#addedUpCount += 1;
  }
}

function secondOf(line: string): Interval {
  const [found] = secondsIn(Buffer.from(line), 0);
  if (found === undefined) throw new Error('a second of the run cannot be read back');
  return found.second;
}
