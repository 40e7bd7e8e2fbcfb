import { pairDeliveryText } from '../../reports/gate/delivery-sums.ts';
import type { GateState } from '../../reports/gate/judge.ts';
import { type GatePair, logRatios } from '../../reports/gate/pairs.ts';
import { percent, renderPairs } from '../../reports/gate/render-pairs.ts';
import { hanging, type Line, styled } from '../../reports/text/render-lines.ts';
import { renderTable } from '../../reports/text/render-table.ts';
import type { GateProgress } from '../gate/run-gate.ts';
import { formatClock } from '../live/format-clock.ts';
import { openProgressView, type ProgressView } from '../live/progress-view.ts';
import type { GateSharedLine } from './gate-line.ts';

/** Opens the view of a gate: a drawing on a terminal, one line for each pair elsewhere. */
export function openGateLive(line: GateSharedLine, title: string): Promise<ProgressView<GateProgress>> {
  let blocks = 0;
  let invalidBlocks = 0;
  let shown: ShownProgress | undefined;
  return openProgressView<GateProgress>(line, {
    title,
    update: (progress) => {
      if (progress.kind === 'block') {
        blocks += 1;
        invalidBlocks += progress.invalidWhy === undefined ? 0 : 1;
      } else {
        shown = progress;
      }
    },
    viewLines: (width) => gateViewLines(shown, { title, blocks, invalidBlocks, width }),
    logLines: gateProgressLines,
  });
}

const SHOWN_PAIRS = 5;

/** Progress that is drawn. Single blocks are counted only. */
type ShownProgress = Exclude<GateProgress, { readonly kind: 'block' }>;

interface GateViewOptions {
  readonly title: string;
  /** Number of blocks so far, with the invalid ones. */
  readonly blocks: number;
  readonly invalidBlocks: number;
  readonly width: number;
}

/** The lines of one drawing: the last pairs, the present median and verdict, and the time. @internal */
export function gateViewLines(
  progress: ShownProgress | undefined,
  { title, blocks, invalidBlocks, width }: GateViewOptions,
): Line[] {
  const head: Line[] = hanging('', title, width, 'bold');
  const repeated = invalidBlocks === 0 ? '' : `, ${invalidBlocks} of them invalid and repeated`;
  const counts = `${blocks} blocks${repeated}`;
  if (progress === undefined) return [...head, [`  warm-up pair, which does not count; ${counts}`]];
  if (progress.kind === 'discarded') {
    return [...head, [`  warm-up pair done, time for up to ${progress.plannedPairs} pairs; ${counts}`]];
  }
  const { pairs, elapsedNs, maxDurationNs } = progress;
  const clock: Line = [
    `  ${pairs.length} pairs, ${formatClock(elapsedNs)} of ${formatClock(maxDurationNs)}; ${counts}`,
  ];
  if (progress.kind === 'recorded') return [...head, clock];
  const { rules, state } = progress;
  const ratios = logRatios(pairs, rules.metric).flatMap((ratio) => (ratio === null ? [] : [Math.expm1(ratio)]));
  const { medianRatio, lowRatio, highRatio } = (state.confirmation ?? state.first).reading;
  const { floorRatio, toleranceRatio } = rules;
  const picture = { ratios, medianRatio, lowRatio, highRatio, floorRatio, toleranceRatio };
  return [
    ...head,
    clock,
    ...renderTable(lastPairs(pairs, rules.metric), { align: ['right', 'left', 'right', 'left'] }),
    ...renderPairs(picture, width),
    [styled('bold', `  ${soFar(state)}`)],
  ];
}

function lastPairs(pairs: readonly GatePair[], metric: Parameters<typeof logRatios>[1]): string[][] {
  const first = Math.max(0, pairs.length - SHOWN_PAIRS);
  return logRatios(pairs.slice(first), metric).map((ratio, index) => [
    String(first + index + 1),
    pairs[first + index]!.order,
    ratio === null ? '-' : signed(Math.expm1(ratio)),
    pairDeliveryText(pairs[first + index]!),
  ]);
}

/** One line for each pair, and for each block that had to be repeated. @internal */
export function gateProgressLines(progress: GateProgress): string[] {
  switch (progress.kind) {
    case 'block':
      return progress.invalidWhy === undefined ? [] : [`  ${progress.side} block repeated: ${progress.invalidWhy}`];
    case 'discarded':
      return [`  warm-up pair, not counted; time for up to ${progress.plannedPairs} pairs`];
    case 'recorded': {
      const { pairs, elapsedNs, maxDurationNs } = progress;
      const clock = `${formatClock(elapsedNs)} of ${formatClock(maxDurationNs)}`;
      return [`  pair ${String(pairs.length).padStart(3)}  ${clock}${deliveryNote(pairs)}`];
    }
    case 'pair': {
      const { pairs, rules, state, elapsedNs, maxDurationNs } = progress;
      const last = logRatios(pairs, rules.metric).at(-1) ?? null;
      const ratio = last === null ? '-' : signed(Math.expm1(last));
      const clock = `${formatClock(elapsedNs)} of ${formatClock(maxDurationNs)}`;
      return [
        `  pair ${String(pairs.length).padStart(3)}  ${ratio.padStart(8)}  ${clock}  ${soFar(state)}${deliveryNote(pairs)}`,
      ];
    }
  }
}

/** Undelivered records of the last pair, baseline and candidate; nothing if both delivered everything. */
function deliveryNote(pairs: readonly GatePair[]): string {
  const last = pairs.at(-1);
  const text = last === undefined ? '' : pairDeliveryText(last);
  return text === '' ? '' : `  ${text}`;
}

/** The state of the comparison at its newest look. */
function soFar({ kind, first, confirmation }: GateState): string {
  const { medianRatio, lowRatio, highRatio, lookPairs } = (confirmation ?? first).reading;
  const stage = kind === 'open' && confirmation !== undefined ? 'an alarm, confirming: ' : '';
  if (medianRatio === null) return kind === 'open' ? `${stage}no look yet` : kind.toUpperCase();
  const range = `${signed(medianRatio)}, ${signed(lowRatio)} to ${signed(highRatio)} at ${lookPairs}`;
  return kind === 'open' ? `${stage}${range}` : `${kind.toUpperCase()} ${range}`;
}

const signed = (ratio: number | null): string => (ratio === null ? '?' : `${ratio > 0 ? '+' : ''}${percent(ratio)}`);
