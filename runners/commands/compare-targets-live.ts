import { formatRate } from '../../reports/format/numbers.ts';
import { outcomeText, roundNumbers } from '../../reports/side-by-side/round-text.ts';
import type { RoundResult } from '../../reports/side-by-side/side-by-side.ts';
import { hanging, type Line } from '../../reports/text/render-lines.ts';
import { renderTable } from '../../reports/text/render-table.ts';
import { openProgressView, type ProgressFlags, type ProgressView } from '../live/progress-view.ts';
import type { TargetsProgress } from '../side-by-side/compare-targets.ts';

const SHOWN_ROUNDS = 8;

/** Opens the view of a comparison of targets: a drawing on a terminal, one line for each run elsewhere. */
export function openTargetsLive(flags: ProgressFlags, title: string): Promise<ProgressView<TargetsProgress>> {
  let shown: TargetsProgress | undefined;
  let logged = 0;
  return openProgressView<TargetsProgress>(flags, {
    title,
    update: (progress) => {
      shown = progress;
    },
    viewLines: (width) => targetsViewLines(shown, title, width),
    logLines: ({ done }) => {
      const lines = done.slice(logged).map(targetsProgressLine);
      logged = done.length;
      return lines;
    },
  });
}

/** The lines of one drawing: the last finished rounds, and the present run. @internal */
export function targetsViewLines(progress: TargetsProgress | undefined, title: string, width: number): Line[] {
  const head: Line[] = hanging('', title, width, 'bold');
  if (progress === undefined) return [...head, ['  starting']];
  const { done, round, plannedRounds, side } = progress;
  const rows = done.slice(-SHOWN_ROUNDS).map(rowOf);
  const table =
    rows.length === 0
      ? []
      : renderTable([['round', 'target', 'p50', 'p99', 'achieved', ''], ...rows], {
          align: ['right', 'left', 'right', 'right', 'right', 'left'],
        });
  const place = round === 0 ? 'warm-up' : `round ${round} of ${plannedRounds}`;
  return [...head, ...table, [`  ${place}, ${side}: ${doing(progress)}`]];
}

/** @internal */
export function targetsProgressLine({ round, result }: RoundResult): string {
  const [, side, p50, p99, achieved] = rowOf({ round, result });
  const numbers = round.outcome.kind === 'valid' ? `p50 ${p50}  p99 ${p99}  ${achieved}` : outcomeText(round.outcome);
  return `  round ${round.round}  ${side}  ${numbers}`;
}

function rowOf({ round, result }: RoundResult): string[] {
  const isValid = round.outcome.kind === 'valid' && result !== undefined;
  const numbers = isValid ? roundNumbers(result) : ['-', '-', '-'];
  return [String(round.round), round.side, ...numbers, isValid ? '' : outcomeText(round.outcome)];
}

function doing({ snapshot }: TargetsProgress): string {
  if (snapshot === undefined) return 'setting up';
  const { elapsedNs, totalNs, draining, achievedPerSecond } = snapshot;
  const share = Math.round(100 * Math.max(0, Math.min(1, elapsedNs / totalNs)));
  return draining ? 'draining' : `${share}%, now ${formatRate(achievedPerSecond)}`;
}
