import { logRatios } from '../../reports/gate/pairs.ts';
import { percent } from '../../reports/gate/render-pairs.ts';
import type { GateProgress } from '../gate/run-gate.ts';
import { formatClock } from '../live/format-clock.ts';
import type { GateLine } from './gate-line.ts';

/** Shows a gate while it goes on, on stderr; stdout holds the answer and nothing else. */
export interface GateLive {
  note(text: string): void;
  show(progress: GateProgress): void;
  close(): void;
}

export async function openGateLive({ quiet, ...line }: GateLine, title: string): Promise<GateLive> {
  if (quiet === true || line['no-live'] === true) return { note: () => {}, show: () => {}, close: () => {} };
  const write = (text: string) => process.stderr.write(`${text}\n`);
  write(title);
  return { note: write, show: (progress) => gateProgressLines(progress).forEach(write), close: () => {} };
}

/** One line for each pair, and for each block that had to be repeated. */
export function gateProgressLines(progress: GateProgress): string[] {
  switch (progress.kind) {
    case 'block':
      return progress.invalidWhy === undefined ? [] : [`  ${progress.side} block repeated: ${progress.invalidWhy}`];
    case 'recorded': {
      const { pairs, elapsedNs, maxDurationNs } = progress;
      return [`  pair ${String(pairs.length).padStart(3)}  ${formatClock(elapsedNs)} of ${formatClock(maxDurationNs)}`];
    }
    case 'discarded':
      return [`  warm-up pair, not counted; time for up to ${progress.mostPairs} pairs`];
    case 'pair': {
      const { pairs, rules, state, elapsedNs, maxDurationNs } = progress;
      const last = logRatios(pairs, rules.metric).at(-1);
      const ratio = last === undefined || last === null ? '-' : signed(Math.expm1(last));
      const isConfirming = state.confirmation !== undefined;
      const { medianRatio, lowRatio, highRatio, lookPairs } = (state.confirmation ?? state.first).reading;
      const so =
        lookPairs === 0
          ? 'no look yet'
          : `median ${signed(medianRatio)}, ${signed(lowRatio)} to ${signed(highRatio)} at ${lookPairs}`;
      const stage = isConfirming ? 'confirming  ' : '';
      return [
        `  pair ${String(pairs.length).padStart(3)}  ${ratio.padStart(8)}  ${stage}${so}  ${formatClock(elapsedNs)} of ${formatClock(maxDurationNs)}`,
      ];
    }
  }
}

const signed = (ratio: number | null): string => (ratio === null ? '?' : `${ratio > 0 ? '+' : ''}${percent(ratio)}`);
