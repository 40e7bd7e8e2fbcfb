import type { Column, Curve, Mark, Packed, PhaseSpan, RunData, TimeColumn } from '../html/report-data.ts';
import type { Silence } from '../summary/silence.ts';

/** Must equal LOG_STEPS_PER_OCTAVE of pack.ts. */
const STEPS_PER_OCTAVE = 64;
const UNKNOWN = 0xffff;

export type HeatMetric = 'acked' | 'throttled' | 'p99';

/** The cells of the shard heat map, of a finished or an unfinished run. */
export interface HeatCells {
  readonly shardCount: number;
  readonly pointCount: number;
  /** Returns p99 in ns, the others in records; null if there is nothing to show, NaN if the value is unknown. */
  valueOf(metric: HeatMetric, shard: number, point: number): number | null;
}

/** A run in the form that charts need, with unpacked columns. */
export interface PageRun {
  readonly label: string;
  readonly phases: readonly PhaseSpan[];
  readonly marks: readonly Mark[];
  readonly silences: readonly Silence[];
  readonly silenceWords: string;
  readonly time: Readonly<Record<TimeColumn, Column>>;
  readonly rows: Readonly<Record<TimeColumn, Column>>;
  readonly corrected: Curve;
  readonly uncorrected: Curve;
  readonly heat: HeatCells;
}

const COUNT_COLUMNS: readonly string[] = ['acked', 'throttled', 'received'];

export async function openRun(run: RunData): Promise<PageRun> {
  const columns = Object.entries(run.time).map(async ([name, packed]): Promise<[string, Column]> => {
    const bytes = await unpack(packed, 4);
    if (COUNT_COLUMNS.includes(name)) return [name, [...new Uint32Array(bytes)]];
    return [name, Array.from(new Float32Array(bytes), (value) => (Number.isNaN(value) ? null : value))];
  });
  const [time, heat] = await Promise.all([Promise.all(columns), openHeat(run.heat)]);
  return { ...run, time: Object.fromEntries(time) as PageRun['time'], heat };
}

async function openHeat({ shardCount, pointCount, acked, throttled, p99 }: RunData['heat']): Promise<HeatCells> {
  const [ackedBytes, throttledBytes, p99Bytes] = await Promise.all([
    unpack(acked, 4),
    unpack(throttled, 4),
    unpack(p99, 2),
  ]);
  const counts = { acked: new Uint32Array(ackedBytes), throttled: new Uint32Array(throttledBytes) };
  const codes = new Uint16Array(p99Bytes);
  return {
    shardCount,
    pointCount,
    valueOf: (metric, shard, point) => {
      const cell = shard * pointCount + point;
      if (metric !== 'p99') return counts[metric][cell] ?? null;
      const code = codes[cell] ?? 0;
      if (code === UNKNOWN) return Number.NaN;
      return code === 0 ? null : 2 ** ((code - 1) / STEPS_PER_OCTAVE);
    },
  };
}

/** @returns numbers of `width` bytes each, little-endian, for typed arrays. */
async function unpack(packed: Packed, width: number): Promise<ArrayBuffer> {
  const deflated = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const inflating = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const planes = new Uint8Array(await new Response(inflating).arrayBuffer());
  const bytes = new Uint8Array(planes.length);
  const length = planes.length / width;
  for (let plane = 0; plane < width; plane++) {
    for (let i = 0; i < length; i++) bytes[i * width + plane] = planes[plane * length + i]!;
  }
  return bytes.buffer;
}
