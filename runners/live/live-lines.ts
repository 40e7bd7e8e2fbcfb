import { performance } from 'node:perf_hooks';
import { formatCount, formatDuration } from '../../reports/format/numbers.ts';
import { formatClock } from './format-clock.ts';
import { liveRate, phaseName } from './live-render.ts';
import { absenceText } from './live-silence.ts';
import type { LiveSink } from './live-view.ts';
import type { LiveSnapshot } from './snapshot.ts';

const LINE_EVERY_MS = 5000;

/** Writes a plain line every few seconds, without escape sequences, for the logs of build machines. */
export class LiveLines implements LiveSink {
  readonly #write: (line: string) => void;
  readonly #nowMs: () => number;
  #writtenAtMs: number;

  constructor(write: (line: string) => void, nowMs: () => number = () => performance.now()) {
    this.#write = write;
    this.#nowMs = nowMs;
    this.#writtenAtMs = nowMs();
  }

  show(snapshot: LiveSnapshot): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#writtenAtMs < LINE_EVERY_MS) return;
    this.#writtenAtMs = nowMs;
    this.#write(`${renderLiveLine(snapshot)}\n`);
  }

  close(): void {}
}

/** @internal */
export function renderLiveLine(snapshot: LiveSnapshot): string {
  const { putToGet, lagRecords } = snapshot;
  const parts = [
    snapshot.draining ? 'draining' : `${formatClock(snapshot.elapsedNs)}/${formatClock(snapshot.totalNs)}`,
    snapshot.phase.map(phaseName).join(' + '),
    `${liveRate(snapshot.achievedPerSecond)} of ${liveRate(snapshot.intendedPerSecond)}`,
    putToGet.count === 0
      ? absenceText(snapshot, 0)
      : `put-to-get p50 ${formatDuration(putToGet.p50Ns)} p99 ${formatDuration(putToGet.p99Ns)} max ${formatDuration(putToGet.maxNs)}`,
    `${formatCount(snapshot.inFlight)} in flight`,
    `lag ${formatCount(Math.max(0, ...lagRecords))}`,
    ...(snapshot.steps?.last === undefined ? [] : [snapshot.steps.last]),
  ];
  return parts.filter((part) => part !== '').join('  ');
}
