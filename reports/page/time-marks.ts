import type UPlot from 'uplot';
import type { Mark, PhaseSpan } from '../html/report-data.ts';
import { colour } from './colours.ts';

const LABEL_ROWS = 3;
export const LABEL_FONT_PX = 11;
export const LABEL_GAP_PX = 4;

/** Draws, below the lines, the phases (hatched if not recorded) and the times of faults. */
export function drawPhases(plot: UPlot, phases: readonly PhaseSpan[], marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
  ctx.clip();
  for (const [index, phase] of phases.entries()) {
    const [left, right] = edges(plot, phase);
    ctx.fillStyle = colour(phase.recorded ? (index % 2 === 0 ? 'phase-even' : 'phase-odd') : 'phase-out');
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    if (!phase.recorded) hatch(ctx, left, right, bbox.top, bbox.top + bbox.height, colour('hatch'));
  }
  for (const mark of marks) {
    if (mark.kind !== 'fault') continue;
    const [left, right] = edges(plot, mark);
    ctx.fillStyle = colour('fault');
    ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
  }
  ctx.restore();
}

/** Draws, above the lines, the names of phases over the plot and those of steps and faults in it. */
export function drawLabels(plot: UPlot, phases: readonly PhaseSpan[], marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${LABEL_FONT_PX * ratio}px ${colour('font')}`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  ctx.fillStyle = colour('muted');
  for (const phase of phases) {
    const [left, right] = edges(plot, phase).map((x) => clampTo(x, bbox.left, bbox.left + bbox.width)) as [
      number,
      number,
    ];
    const name = phase.recorded ? phase.name : `${phase.name} (not recorded)`;
    const text = fitting(ctx, [name, phase.name], right - left - 2 * LABEL_GAP_PX * ratio);
    if (text !== undefined) ctx.fillText(text, left + LABEL_GAP_PX * ratio, bbox.top - (LABEL_FONT_PX + 3) * ratio);
  }
  const rowEnds = new Array<number>(LABEL_ROWS).fill(Number.NEGATIVE_INFINITY);
  for (const mark of marks) {
    const [left] = edges(plot, mark);
    if (left < bbox.left - 1 || left > bbox.left + bbox.width + 1) continue;
    ctx.strokeStyle = colour(mark.kind === 'step' ? 'step-line' : 'fault-line');
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(mark.text).width;
    const isRight = left + width + LABEL_GAP_PX * ratio > bbox.left + bbox.width;
    const from = isRight ? left - width - LABEL_GAP_PX * ratio : left + LABEL_GAP_PX * ratio;
    const row = rowEnds.findIndex((end) => from > end);
    if (row < 0) continue;
    rowEnds[row] = from + width + 2 * LABEL_GAP_PX * ratio;
    ctx.fillStyle = colour(mark.kind === 'step' ? 'ink' : 'fault-line');
    ctx.fillText(mark.text, from, bbox.top + (LABEL_GAP_PX + row * (LABEL_FONT_PX + 3)) * ratio);
  }
  ctx.restore();
}

export function edges(
  plot: UPlot,
  { fromSeconds, toSeconds }: { fromSeconds: number; toSeconds: number },
): [number, number] {
  return [plot.valToPos(fromSeconds, 'x', true), plot.valToPos(toSeconds, 'x', true)];
}

function fitting(ctx: CanvasRenderingContext2D, texts: readonly string[], room: number): string | undefined {
  return texts.find((text) => ctx.measureText(text).width <= room);
}

/** @param gapPx distance between the lines, in canvas pixels. */
export function hatch(
  ctx: CanvasRenderingContext2D,
  left: number,
  right: number,
  top: number,
  bottom: number,
  stroke: string,
  gapPx = 8 * devicePixelRatio,
): void {
  const height = bottom - top;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, height);
  ctx.clip();
  // uPlot does not reset the dashes of its last line.
  ctx.setLineDash([]);
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let x = left - height; x < right; x += gapPx) {
    ctx.moveTo(x, bottom);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}

function clampTo(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
