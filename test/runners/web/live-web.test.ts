import { expect, test } from 'vitest';
import type { Interval } from '../../../reports/result/result.ts';
import { LiveWeb } from '../../../runners/web/live-web.ts';
import { exampleResult } from '../../reports/example-result.ts';

const result = exampleResult({ steadySeconds: 8, thresholds: ['lost == 0'] });
const [first, second] = result.series;

interface SentEvent {
  readonly name: string;
  readonly data: unknown;
}

/** Returns the messages that a viewer receives during `act`. */
async function eventsOf(act: (web: LiveWeb) => void, lines: string[] = []): Promise<SentEvent[]> {
  const web = await LiveWeb.open(result.scenario, 0, (text) => lines.push(text));
  const watching = await fetch(`${web.url}events`);
  act(web);
  await web.close();
  const text = await watching.text();
  return [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, name = '', data = '']) => {
    return { name, data: JSON.parse(data) };
  });
}

const withMore = (interval: Interval): Interval => ({
  ...interval,
  cells: interval.cells.map((cell) =>
    cell.kind === 'producer' ? { ...cell, counts: { ...cell.counts, acked: cell.counts.acked + 1 } } : cell,
  ),
});

test('sends a second once, and again if it has grown until it is final', async () => {
  const events = await eventsOf((web) => {
    web.second(first!, false);
    web.second(first!, true);
    web.second(second!, false);
    web.second(withMore(second!), true);
  });
  const seconds = events.filter(({ name }) => name === 'second').map(({ data }) => data);
  expect(seconds).toMatchObject([
    { index: 0, point: { acked: 1000 } },
    { index: 1, point: { acked: 1000 } },
    { index: 1, point: { acked: 1001 } },
  ]);
});

test('sends seconds that add up to the result', async () => {
  const events = await eventsOf((web) => {
    for (const [i, interval] of result.series.entries()) {
      web.second(interval, false);
      if (i > 0) web.second(result.series[i - 1]!, true);
    }
    web.ended(result);
  });
  const seconds = events.filter(({ name }) => name === 'second').map(({ data }) => data as { acked: number[] });
  const acked = seconds.flatMap((one) => one.acked).reduce((sum, count) => sum + count, 0);
  expect(acked).toBe(result.summary.ledger.sent);
  expect(events.find(({ name }) => name === 'curves')?.data).toMatchObject({
    corrected: { count: expect.any(Number) },
  });
  expect(events.at(-1)).toMatchObject({ name: 'ended', data: { before: expect.stringContaining('PASSED') } });
});

test('reports a failed run to viewers', async () => {
  const events = await eventsOf((web) => web.failed('RUNNER_TARGET_FAILED gone'));
  expect(events).toEqual([{ name: 'failed', data: 'RUNNER_TARGET_FAILED gone' }]);
});

test('reports a broken page once, without an effect on the run', async () => {
  const lines: string[] = [];
  const broken = { startNs: 0, cells: undefined } as unknown as Interval;
  const events = await eventsOf((web) => {
    web.second(broken, false);
    web.second(broken, false);
    web.second(first!, false);
  }, lines);
  expect(lines).toHaveLength(1);
  expect(events).toEqual([]);
});
