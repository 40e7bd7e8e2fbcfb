import { formatRatio } from '../format/numbers.ts';
import { rateAbove, rateBelow } from '../format/rate-bounds.ts';
import { hanging, type Line, styled } from '../text/render-lines.ts';
import { bar, renderTable, type TableCell } from '../text/render-table.ts';
import { type CapacityPoint, capacityCurve, demandCurve, fitCapacity } from './capacity.ts';
import { fitSentences } from './capacity-text.ts';
import type { KneeResult, KneeSearch } from './knee-result.ts';
import { shortKnee } from './knee-text.ts';

const BAR_WIDTH = 18;

/** Renders the capacity as a table with bars, the demand, and the fit of the Universal Scalability Law. */
export function renderCapacity({ searches }: KneeResult, width: number): Line[] {
  const curve = capacityCurve(searches);
  const steps = demandCurve(curve);
  return [
    [styled('bold', 'Capacity: shards to rate')],
    ...capacityTable(searches, curve),
    ...withoutKnee(searches, width),
    ...(steps.length === 0 ? [] : [[], [styled('bold', 'Demand: rate to shards')], ...demandTable(steps)]),
    [],
    ...fitSentences(fitCapacity(curve)).flatMap((sentence) => hanging('  ', sentence, width)),
  ];
}

function capacityTable(searches: readonly KneeSearch[], curve: readonly CapacityPoint[]): Line[] {
  const most = Math.max(1, ...curve.map(({ sustainablePerSecond }) => sustainablePerSecond));
  const one = curve.find(({ shards, isLowerBound }) => shards === 1 && !isLowerBound)?.sustainablePerSecond;
  const heading = ['shards', 'sustainable', 'not', 'of N x 1', '', 'limit'].map((text) => styled('dim', text));
  const rows = curve.map(({ shards, sustainablePerSecond, isLowerBound }): TableCell[] => {
    const { knee } = searches.find((search) => search.shards === shards)!;
    const share = one === undefined ? '' : formatRatio(sustainablePerSecond / (one * shards));
    return [
      String(shards),
      `${isLowerBound ? '>' : ''}${rateBelow(sustainablePerSecond)}`,
      knee.unsustainablePerSecond === null ? '-' : rateAbove(knee.unsustainablePerSecond),
      share,
      styled('good', bar(sustainablePerSecond / most, BAR_WIDTH).padEnd(BAR_WIDTH)),
      styled('dim', knee.limit),
    ];
  });
  return renderTable([heading, ...rows], { align: ['right', 'right', 'right', 'right', 'left', 'left'] });
}

/** Renders the searches that found no knee. */
function withoutKnee(searches: readonly KneeSearch[], width: number): Line[] {
  return searches
    .filter(({ knee }) => knee.kind === 'never' || knee.kind === 'unfinished')
    .flatMap(({ shards, knee }) => hanging(`  ${shards ?? '?'} shards: `, shortKnee(knee), width, 'warn'));
}

function demandTable(steps: ReturnType<typeof demandCurve>): Line[] {
  const heading = [styled('dim', 'up to'), styled('dim', 'fewest shards')];
  const rows = steps.map(({ shards, upToPerSecond }) => [rateBelow(upToPerSecond), String(shards)]);
  return renderTable([heading, ...rows], { align: ['right', 'right'] });
}
