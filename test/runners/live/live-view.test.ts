import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatClock } from '../../../runners/live/format-clock.ts';
import { cut } from '../../../runners/live/live-cut.ts';
import { LiveLines, renderLiveLine } from '../../../runners/live/live-lines.ts';
import { renderLive } from '../../../runners/live/live-render.ts';
import type { LiveSnapshot } from '../../../runners/live/snapshot.ts';
import { wantsColours } from '../../../runners/terminal/colours.ts';

const SNAPSHOT: LiveSnapshot = {
  startedAtMs: 1.7e12,
  elapsedNs: 12e9,
  totalNs: 45e9,
  phase: [{ name: 'steady', index: 2, count: 3, progressRatio: 0.47 }],
  intendedPerSecond: 3000,
  achievedPerSecond: 2998,
  bytesPerSecond: 912_345,
  putToGet: { count: 600, p50Ns: 71.2e6, p99Ns: 98.4e6, maxNs: 132e6 },
  sent: 36_120,
  received: 35_801,
  throttled: 12,
  retried: 12,
  dropped: 0,
  inFlight: 212,
  lagRecords: [3, 12, 0, 4],
  consumerCount: 1,
  draining: false,
};

const style = (width: number) => ({ width, colours: false, title: 'web-clickstream, seed 7', workloads: ['views'] });

describe('the live view', () => {
  test('shows the progress of the run, line by line', () => {
    expect(renderLive(SNAPSHOT, [SNAPSHOT], style(79)).split('\n')).toEqual([
      'web-clickstream, seed 7                                             0:12 / 0:45',
      'views       steady 3/3          ███████████████████▊░░░░░░░░░░░░░░░░░░░░░░  47%',
      'rate        2,998/s of 3,000/s, 912kB/s  █',
      'put-to-get  p50 71.2ms  p99 98.4ms  max 132ms  █',
      'records     36,120 sent, 35,801 received, 212 in flight',
      'problems    12 throttled, 12 retried, 0 dropped',
      'lag         3  12  0  4  by shard',
    ]);
  });

  test('shows the progress of steps if the scenario has any', () => {
    const steps = {
      count: 3,
      finishedCount: 1,
      last: 'split hottest: 2 -> 4, 5',
      next: { text: 'shards 8', atNs: 30e9 },
    };
    const lines = renderLive({ ...SNAPSHOT, steps }, [SNAPSHOT], style(79)).split('\n');
    expect(lines.at(-1)).toBe('steps       1 of 3 done  split hottest: 2 -> 4, 5  next shards 8 at 0:30');
    expect(renderLiveLine({ ...SNAPSHOT, steps })).toMatch(/split hottest: 2 -> 4, 5$/);
  });

  test('shows that the run drains and that nothing was received', () => {
    const drawn = renderLive({ ...SNAPSHOT, draining: true, putToGet: NOTHING }, [], style(79));
    expect(drawn).toMatch(/draining\n/);
    expect(drawn).toContain('nothing received in the last 3s');
  });

  test('marks a stall and shows its length', () => {
    const at = (second: number, more: Partial<LiveSnapshot> = {}) => {
      return { ...SNAPSHOT, elapsedNs: second * 1e9, received: second * 100, ...more };
    };
    const stalled = [4, 5, 6, 7].map((second) =>
      at(second, { received: 300, putToGet: second < 7 ? SNAPSHOT.putToGet : NOTHING }),
    );
    const history = [at(1), at(2), at(3), ...stalled];
    const [, , , line] = renderLive(stalled.at(-1)!, history, style(79)).split('\n');
    expect(line).toBe('put-to-get  nothing received for 4s  ████▒▒▒');
    const [, , , unread] = renderLive({ ...stalled.at(-1)!, consumerCount: 0 }, history, style(79)).split('\n');
    expect(unread).toContain('nothing acknowledged for 4s');
    const resumed = at(8);
    const [, , , after] = renderLive(resumed, [...history, resumed], style(79)).split('\n');
    expect(after).toMatch(/max 132ms {2}████▒▒▒█$/);
  });

  test('does not mark a pause or the time before the first record as a stall', () => {
    const at = (second: number) => {
      return { ...SNAPSHOT, elapsedNs: second * 1e9, putToGet: NOTHING, inFlight: 0, lagRecords: [0, 0] };
    };
    const history = [1, 2, 3, 4, 5].map(at);
    const lineOf = (snapshot: LiveSnapshot) => renderLive(snapshot, history, style(79)).split('\n')[3];
    expect(lineOf(at(5))).toBe('put-to-get  nothing received in the last 3s');
    expect(lineOf({ ...at(5), received: 0 })).toBe('put-to-get  nothing received yet');
    expect(lineOf({ ...at(5), consumerCount: 0 })).toBe('put-to-get  no consumer');
    expect(renderLiveLine({ ...at(5), consumerCount: 0 })).toContain('  no consumer  ');
  });

  test('draws many shards as a skyline and names the worst one', () => {
    const lagRecords = Array.from({ length: 500 }, (_, shard) => (shard === 321 ? 9999 : 1));
    const lag = renderLive({ ...SNAPSHOT, lagRecords }, [], style(60))
      .split('\n')
      .at(-1);
    expect(lag).toMatch(/^lag {9}max 9,999 on shard 321 {2}▁+█▁+$/);
    expect(lag).toHaveLength(60);
  });

  test('draws a bar that is full at 1, empty at 0, clamped beyond, and of constant width', () => {
    const drawn = [0, 0.5, 1, 7, -1].map((progressRatio) => {
      const phase = [{ name: 'steady', index: 0, count: 1, progressRatio }];
      return renderLive({ ...SNAPSHOT, phase }, [], style(39)).match(/[█░]+/)?.[0];
    });
    expect(drawn).toEqual(['░░░░', '██░░', '████', '████', '░░░░']);
  });

  test('draws rates over time from zero, with the newest values', () => {
    const rates = [1e9, ...Array.from({ length: 14 }, () => 0), 1, 2, 4, 8];
    const history = rates.map((achievedPerSecond) => ({ ...SNAPSHOT, achievedPerSecond }));
    const room = 'rate        2,998/s of 3,000/s, 912kB/s  '.length;
    const lastOf = (width: number) => renderLive(SNAPSHOT, history, style(width)).split('\n')[2]?.slice(room);
    expect(lastOf(room + 18)).toBe('▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▃▅█');
    expect(lastOf(room + 5)).toBe('▁▂▃▅█');
    expect(lastOf(room)).toBe('');
  });

  const count = fc.double({ min: 0, max: 1e12, noNaN: true });
  const anySnapshot: fc.Arbitrary<LiveSnapshot> = fc.record({
    startedAtMs: count,
    elapsedNs: fc.double({ min: -1e9, max: 1e15, noNaN: true }),
    totalNs: count,
    phase: fc.array(
      fc.record({
        name: fc.string({ maxLength: 100 }),
        index: fc.nat(99),
        count: fc.nat(100),
        progressRatio: fc.double({ min: -1, max: 2, noNaN: true }),
      }),
      { maxLength: 12 },
    ),
    intendedPerSecond: count,
    achievedPerSecond: count,
    bytesPerSecond: count,
    putToGet: fc.record({ count, p50Ns: count, p99Ns: count, maxNs: count }),
    sent: count,
    received: count,
    throttled: count,
    retried: count,
    dropped: count,
    inFlight: count,
    lagRecords: fc.array(count, { maxLength: 100 }),
    consumerCount: fc.nat(3),
    draining: fc.boolean(),
  });

  test('never exceeds its width, for all numbers and names', () => {
    fc.assert(
      fc.property(anySnapshot, fc.integer({ min: 60, max: 200 }), (snapshot, width) => {
        const history = Array.from({ length: 300 }, () => snapshot);
        for (const line of renderLive(snapshot, history, style(width)).split('\n')) {
          expect([...line].length).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  test('has the same text with colours as without', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const plain = renderLive(snapshot, [snapshot], style(80));
        const coloured = renderLive(snapshot, [snapshot], { ...style(80), colours: true });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for the escape character
        expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
      }),
    );
  });
});

describe('live lines without a terminal', () => {
  test('are written at most every five seconds', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const live = new LiveLines(
      (line) => lines.push(line),
      () => nowMs,
    );
    for (; nowMs <= 20_000; nowMs += 250) live.show(SNAPSHOT);
    expect(lines).toHaveLength(4);
  });

  test('contain the main numbers and no escape sequences', () => {
    expect(renderLiveLine(SNAPSHOT)).toBe(
      '0:12/0:45  steady 3/3  2,998/s of 3,000/s  put-to-get p50 71.2ms p99 98.4ms max 132ms  212 in flight  lag 12',
    );
  });
});

test('marks cut text and replaces control characters', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('a\x1b[31mb', 20)).toBe('a?[31mb');
});

test('formats a clock from zero, with hours after one hour', () => {
  expect([5e9, 65e9, 3665e9, -1].map(formatClock)).toEqual(['0:05', '1:05', '1:01:05', '0:00']);
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: false }, {}, false],
  [{}, {}, false],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{ isTTY: false }, { FORCE_COLOR: '1' }, true],
  [{ isTTY: true }, { FORCE_COLOR: '0' }, false],
  [{ isTTY: false }, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('uses colours on %j with %j: %s', (stream, env, wanted) => {
  expect(wantsColours(stream, env)).toBe(wanted);
});

const NOTHING = { count: 0, p50Ns: 0, p99Ns: 0, maxNs: 0 };
