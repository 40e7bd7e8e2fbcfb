import { expect, test } from 'vitest';
import { judgeGate } from '../../../reports/gate/judge.ts';
import { paint } from '../../../reports/text/render-lines.ts';
import { gateProgressLines, gateViewLines } from '../../../runners/commands/gate-live.ts';
import { around, pairsOf, RULES } from '../../reports/gate/example-pairs.ts';

const progressOf = (ratios: readonly number[]) => {
  const pairs = pairsOf(ratios);
  const state = judgeGate(pairs, RULES);
  return { kind: 'pair', pairs, rules: RULES, state, elapsedNs: 65e9, maxDurationNs: 600e9 } as const;
};

test('prints one line for each pair, with its ratio, the time and the interval so far', () => {
  expect(gateProgressLines(progressOf([1.012]))).toEqual(['  pair   1     +1.2%  1:05 of 10:00  no look yet']);
  const [line] = gateProgressLines(progressOf(around(1.1, 0.01, 12)));
  expect(line).toMatch(/^ {2}pair {2}12 .* an alarm, confirming: no look yet$/);
  expect(gateProgressLines(progressOf(around(1, 0.01, 10)))[0]).toMatch(/PASS .*% to .*% at 10$/);
});

test('prints a line with the reason for each repeated block, and none for other blocks', () => {
  expect(gateProgressLines({ kind: 'block', side: 'candidate', invalidWhy: 'SCHEDULE_LAG' })).toEqual([
    '  candidate block repeated: SCHEDULE_LAG',
  ]);
  expect(gateProgressLines({ kind: 'block', side: 'candidate', invalidWhy: undefined })).toEqual([]);
});

test('draws the last pairs, all dots and the time, within its width', () => {
  const lines = gateViewLines(progressOf(around(1.01, 0.03, 17)), {
    title: 'a against b',
    blocks: 38,
    invalidBlocks: 2,
    width: 79,
  });
  const text = paint(lines, { colours: false, width: 79 });
  expect(text).toContain('17 pairs, 1:05 of 10:00; 38 blocks, 2 of them invalid and repeated');
  expect(text.match(/-first/g)).toHaveLength(5);
  expect(text.match(/•/g)).toHaveLength(17);
  for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(79);
});

test('draws the number of blocks before the first pair is complete', () => {
  const lines = gateViewLines(undefined, { title: 'a against b', blocks: 3, invalidBlocks: 1, width: 79 });
  expect(paint(lines, { colours: false, width: 79 })).toContain('3 blocks, 1 of them invalid and repeated');
});
