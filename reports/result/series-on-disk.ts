import { closeSync, readSync } from 'node:fs';
import { Histogram } from '../histogram/histogram.ts';
import type { Interval, IntervalCell } from './result.ts';
import { type EncodedCell, type EncodedInterval, type ShardColumns, shardsOf } from './series-format.ts';

/**
 * The seconds of a long run stay in their file: an hour at 100,000 records/s is 350 MB of text. Reports see them as an array, whose
 * items are read and parsed at each access and are not kept:
 *
 *   file     {"startNs":0,...}\n{"startNs":1000000000,...}\n ...
 *   starts   ^                  ^                           ^ end of the last line
 *
 * Most readers need only counts, so a histogram is decoded at its first use. The lines must have been checked before.
 */
export interface LinesOnDisk {
  /** Descriptor of the open file. It belongs to the series, which closes it when nobody can reach the series any more. */
  readonly file: number;
  /** Start of each line, ascending, and the end of the last one with its line break. */
  readonly starts: Float64Array;
  /** Characters between two texts: `\n`, or `,\n` in a result. */
  readonly separatorBytes: number;
}

const INDEX = /^(?:0|[1-9]\d*)$/u;

const seriesByArray = new WeakMap<object, SeriesOnDisk>();
const openFiles = new FinalizationRegistry<number>(closeSync);

/**
 * @param rest seconds that follow those of the file, in memory.
 * @returns an array that reads an item at each access. Two readings of an item are two objects.
 */
export function seriesOnDisk(lines: LinesOnDisk, rest: readonly Interval[] = []): readonly Interval[] {
  const series = new SeriesOnDisk(lines, rest);
  const lengthOnly: Interval[] = [];
  lengthOnly.length = series.length;
  const array = new Proxy(lengthOnly, {
    get: (target, key) => (isIndex(key) ? series.at(Number(key)) : (Reflect.get(target, key) as unknown)),
    has: (target, key) => (isIndex(key) ? Number(key) < series.length : Reflect.has(target, key)),
    ownKeys: () => [...Array.from({ length: series.length }, (_, index) => String(index)), 'length'],
    getOwnPropertyDescriptor: (target, key) => {
      if (!isIndex(key)) return Reflect.getOwnPropertyDescriptor(target, key);
      return { value: series.at(Number(key)), enumerable: true, configurable: true, writable: true };
    },
  });
  seriesByArray.set(array, series);
  openFiles.register(array, lines.file, series);
  return array;
}

/** The JSON text of a second of a series on disk; undefined for a series in memory, and for a second that is in memory. */
export function textOnDisk(series: readonly Interval[], index: number): string | undefined {
  return seriesByArray.get(series)?.text(index);
}

/** Reads a series from another file with the same lines from now on, and closes its file. A series in memory is left as it is. */
export function moveSeries(series: readonly Interval[], linesOf: () => LinesOnDisk | undefined): void {
  const onDisk = seriesByArray.get(series);
  const lines = onDisk === undefined ? undefined : linesOf();
  if (onDisk === undefined || lines === undefined) return;
  openFiles.unregister(onDisk);
  onDisk.moveTo(lines);
  openFiles.register(series, lines.file, onDisk);
}

class SeriesOnDisk {
  #lines: LinesOnDisk;
  #rest: readonly Interval[];
  /** Memory of one line, used again for the next one. */
  #room = Buffer.alloc(0);
  #last: { readonly index: number; readonly second: Interval } | undefined;

  constructor(lines: LinesOnDisk, rest: readonly Interval[]) {
    this.#lines = lines;
    this.#rest = rest;
  }

  get #lineCount(): number {
    return this.#lines.starts.length - 1;
  }

  get length(): number {
    return this.#lineCount + this.#rest.length;
  }

  at(index: number): Interval | undefined {
    if (index >= this.#lineCount) return this.#rest[index - this.#lineCount];
    if (this.#last?.index !== index) this.#last = { index, second: secondOf(this.#read(index)) };
    return this.#last.second;
  }

  text(index: number): string | undefined {
    return index < this.#lineCount ? this.#read(index) : undefined;
  }

  moveTo(lines: LinesOnDisk): void {
    closeSync(this.#lines.file);
    this.#lines = lines;
    this.#rest = [];
  }

  #read(index: number): string {
    const { file, starts, separatorBytes } = this.#lines;
    const start = starts[index]!;
    const length = starts[index + 1]! - separatorBytes - start;
    if (this.#room.length < length) this.#room = Buffer.allocUnsafeSlow(2 * length);
    for (let done = 0; done < length; ) {
      const read = readSync(file, this.#room, done, length - done, start + done);
      if (read === 0) throw new Error('the file of the seconds became shorter while it was read');
      done += read;
    }
    return this.#room.toString('utf8', 0, length);
  }
}

function isIndex(key: string | symbol): key is string {
  return typeof key === 'string' && INDEX.test(key);
}

function secondOf(text: string): Interval {
  const { startNs, endNs, cells, shards, gauges } = JSON.parse(text) as EncodedInterval;
  return {
    startNs,
    endNs,
    cells: cells.map(cellOf),
    shards: shardsOf(shards as unknown as ShardColumns),
    gauges,
  };
}

function cellOf(cell: EncodedCell): IntervalCell {
  return { ...cell, histograms: decodedAtFirstUse(cell.histograms) } as unknown as IntervalCell;
}

function decodedAtFirstUse(texts: Readonly<Record<string, string>>): Record<string, Histogram> {
  const histograms: Record<string, Histogram> = {};
  for (const [name, text] of Object.entries(texts)) {
    let histogram: Histogram | undefined;
    const get = () => {
      histogram ??= Histogram.decode(text);
      return histogram;
    };
    Object.defineProperty(histograms, name, { get, enumerable: true, configurable: true });
  }
  return histograms;
}
