import { formatRate } from '../../reports/format/numbers.ts';
import { shortKnee } from '../../reports/knee/knee-text.ts';
import { TRIAL_HEADINGS, trialRow } from '../../reports/knee/render-trials.ts';
import { hanging, type Line, styled } from '../../reports/text/render-lines.ts';
import { renderTable } from '../../reports/text/render-table.ts';
import type { KneeProgress } from '../knee/run-knee.ts';
import { formatClock } from '../live/format-clock.ts';
import { openProgressView, type ProgressView } from '../live/progress-view.ts';
import type { KneeLine } from './knee-line.ts';

const SHOWN_TRIALS = 6;

/** Opens the view of a search: a drawing on a terminal, one line for each trial elsewhere. */
export function openKneeLive(line: KneeLine, title: string): Promise<ProgressView<KneeProgress>> {
  let shown: KneeProgress | undefined;
  return openProgressView<KneeProgress>(line, {
    title,
    update: (progress) => {
      shown = progress;
    },
    viewLines: (width) => kneeViewLines(shown, title, width),
    logLines: (progress) => (progress.snapshot === undefined ? [kneeProgressLine(progress)] : []),
  });
}

/**
 * The lines of one drawing: finished searches, the last trials, the running trial, the present knee, and the time.
 * @internal
 */
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

/** @internal */
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
