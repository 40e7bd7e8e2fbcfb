import { formatRate } from '../../reports/format/numbers.ts';
import { shortKnee } from '../../reports/knee/knee-text.ts';
import { TRIAL_HEADINGS, trialRow } from '../../reports/knee/render-trials.ts';
import { hanging, type Line, styled } from '../../reports/text/render-lines.ts';
import { renderTable } from '../../reports/text/render-table.ts';
import type { KneeProgress } from '../knee/run-knee.ts';
import { formatClock } from '../live/format-clock.ts';
import { openRedrawnView } from '../live/redrawn-view.ts';
import type { KneeLine } from './knee-line.ts';

/** Shows a search while it goes on, on stderr; stdout holds the answer and nothing else. */
export interface KneeLive {
  note(text: string): void;
  show(progress: KneeProgress): void;
  /** Leaves the terminal as it was; safe to call twice. */
  close(): void;
}

const SILENT: KneeLive = { note: () => {}, show: () => {}, close: () => {} };
const SHOWN_TRIALS = 6;

/** A drawing on a terminal, one line for each trial elsewhere. */
export async function openKneeLive({ quiet, ...line }: KneeLine, title: string): Promise<KneeLive> {
  if (quiet === true || line['no-live'] === true) return SILENT;
  const { stderr } = process;
  if (stderr.isTTY === true) return openKneeView(stderr, title);
  const write = (text: string) => stderr.write(`${text}\n`);
  write(title);
  return {
    note: write,
    show: (progress) => {
      if (progress.snapshot === undefined) write(kneeProgressLine(progress));
    },
    close: () => {},
  };
}

async function openKneeView(stream: NodeJS.WriteStream, title: string): Promise<KneeLive> {
  let shown: KneeProgress | undefined;
  const { note, redraw, close } = await openRedrawnView(stream, (width) => kneeViewLines(shown, title, width));
  return {
    note,
    show: (progress) => {
      shown = progress;
      redraw();
    },
    close,
  };
}

/** One drawing: earlier numbers of shards, the last trials, the one that runs, what is known, and the time. */
export function kneeViewLines(progress: KneeProgress | undefined, title: string, width: number): Line[] {
  const head: Line[] = hanging('', title, width, 'bold');
  if (progress === undefined) return [...head, ['  starting']];
  const { searches, shards, trials, trialNs, knee, elapsedNs, maxDurationNs } = progress;
  const before = searches.map((search): Line => [`  ${shardText(search.shards)}: ${shortKnee(search.knee)}`]);
  const skipped = Math.max(0, trials.length - SHOWN_TRIALS);
  const rows = trials.slice(skipped).map((trial, i) => trialRow(trial, skipped + i + 1, trialNs));
  const table =
    rows.length === 0
      ? []
      : renderTable([TRIAL_HEADINGS, ...rows], { align: ['right', 'right', 'right', 'right', 'right', 'left'] });
  const now = `  ${shards === null ? '' : `${shardText(shards)}, `}trial ${trials.length + 1}: ${doing(progress)}`;
  const clock = `  ${formatClock(elapsedNs)} of at most ${formatClock(maxDurationNs)}`;
  return [...head, ...before, ...table, [now], [styled('bold', `  ${shortKnee(knee)}`)], [clock]];
}

export function kneeProgressLine(progress: KneeProgress): string {
  const { shards, trials, knee, elapsedNs, maxDurationNs } = progress;
  const where = shards === null || progress.searches.length === 0 ? '' : `${shardText(shards)}, `;
  const clock = `${formatClock(elapsedNs)} of ${formatClock(maxDurationNs)}`;
  return `  ${clock}  ${where}trial ${trials.length + 1}: ${doing(progress)}; ${shortKnee(knee)}`;
}

function doing({ request, snapshot }: KneeProgress): string {
  const after = request.afterOverloadPerSecond === undefined ? '' : ' after an overload';
  const text = `${request.purpose} ${formatRate(request.ratePerSecond)}${after}`;
  if (snapshot === undefined) return text;
  const { elapsedNs, totalNs, draining, achievedPerSecond } = snapshot;
  const share = Math.round(100 * Math.min(1, elapsedNs / totalNs));
  return draining ? `${text}, draining` : `${text}, ${share}%, now ${formatRate(achievedPerSecond)}`;
}

const shardText = (shards: number | null): string => (shards === 1 ? '1 shard' : `${shards ?? '?'} shards`);
