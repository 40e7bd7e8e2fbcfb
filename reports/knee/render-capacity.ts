import { type Line, styled } from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import { shortKnee } from './knee-text.ts';
import type { KneeRecord } from './record.ts';

export function renderCapacity({ searches }: KneeRecord, _width: number): Line[] {
  const heading = [styled('dim', 'shards'), styled('dim', 'knee')];
  const rows = searches.map(({ shards, knee }) => [String(shards ?? '?'), shortKnee(knee)]);
  return renderTable([heading, ...rows], { align: ['right', 'left'] });
}
