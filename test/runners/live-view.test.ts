import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wantsColours } from '../../runners/command-colours.ts';
import { bar, cut, skyline, sparkline } from '../../runners/live-draw.ts';
import { formatBytes, formatClock, formatCount, formatNs } from '../../runners/live-format.ts';
import { LiveLines, renderLiveLine } from '../../runners/live-lines.ts';
import { renderLive } from '../../runners/live-render.ts';
import type { LiveSnapshot } from '../../runners/snapshot.ts';

const SNAPSHOT: LiveSnapshot = {
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
  draining: false,
};

const style = (width: number) => ({ width, colours: false, title: 'web-clickstream, seed 7', workloads: ['views'] });

describe('the live view', () => {
  test('says where the run stands, line by line', () => {
    expect(renderLive(SNAPSHOT, [SNAPSHOT], style(79)).split('\n')).toEqual([
      'web-clickstream, seed 7                                             0:12 / 0:45',
      'views       steady 3/3          ████████████████████░░░░░░░░░░░░░░░░░░░░░░  47%',
      'rate        2,998/s of 3,000/s, 912 kB/s  █',
      'put-to-get  p50 71.2 ms  p99 98.4 ms  max 132 ms  █',
      'records     36,120 sent, 35,801 received, 212 in flight',
      'refused     12 throttled, 12 retried, 0 dropped',
      'lag         3  12  0  4  by shard',
    ]);
  });

  test('says that it drains, and that nothing was received yet', () => {
    const drawn = renderLive({ ...SNAPSHOT, draining: true, putToGet: NOTHING }, [], style(79));
    expect(drawn).toMatch(/draining\n/);
    expect(drawn).toContain('nothing received yet');
  });

  test('draws many shards as a skyline and names the worst one', () => {
    const lagRecords = Array.from({ length: 500 }, (_, shard) => (shard === 321 ? 9999 : 1));
    expect(renderLive({ ...SNAPSHOT, lagRecords }, [], style(60))).toContain('most 9,999 on shard 321');
  });

  const count = fc.double({ min: 0, max: 1e12, noNaN: true });
  const anySnapshot: fc.Arbitrary<LiveSnapshot> = fc.record({
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
    draining: fc.boolean(),
  });

  test('never passes its width, whatever the numbers and names are', () => {
    fc.assert(
      fc.property(anySnapshot, fc.integer({ min: 60, max: 200 }), (snapshot, width) => {
        const history = Array.from({ length: 300 }, () => snapshot);
        for (const line of renderLive(snapshot, history, style(width)).split('\n')) {
          expect([...line].length).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  test('colours change nothing but colours', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const plain = renderLive(snapshot, [snapshot], style(80));
        const coloured = renderLive(snapshot, [snapshot], { ...style(80), colours: true });
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
        expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(plain);
      }),
    );
  });
});

describe('without a terminal', () => {
  test('a line is written every five seconds at most', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const live = new LiveLines(
      (line) => lines.push(line),
      () => nowMs,
    );
    for (; nowMs <= 20_000; nowMs += 250) live.show(SNAPSHOT);
    expect(lines).toHaveLength(4);
  });

  test('the line holds what matters and no escape sequence', () => {
    expect(renderLiveLine(SNAPSHOT)).toBe(
      '0:12/0:45  steady 3/3  2,998/s of 3,000/s  put-to-get p50 71.2 ms p99 98.4 ms max 132 ms  212 in flight  lag 12',
    );
  });
});

describe('small pictures', () => {
  test('a bar is full at 1, empty at 0, and clamped beyond', () => {
    expect([bar(0, 4), bar(0.5, 4), bar(1, 4), bar(7, 4), bar(-1, 4)]).toEqual([
      '░░░░',
      '██░░',
      '████',
      '████',
      '░░░░',
    ]);
  });

  test('a sparkline starts at zero and shows the newest values', () => {
    expect(sparkline([9, 0, 1, 2, 4, 8], 5)).toBe('▁▂▃▅█');
    expect(sparkline([0, 0, 0], 3)).toBe('▁▁▁');
    expect(sparkline([1, 2], 0)).toBe('');
  });

  test('a skyline keeps the highest value of what shares a column', () => {
    expect(skyline([0, 0, 0, 8, 0, 0], 3)).toBe('▁█▁');
  });

  test('cut text is marked, and control characters stay out of the terminal', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('a\x1b[31mb', 20)).toBe('a?[31mb');
  });
});

test('numbers are short and carry their unit', () => {
  expect([0, 999, 1000, 71_234_567, 999.6e6, 12e9].map(formatNs)).toEqual([
    '0 ns',
    '999 ns',
    '1.00 us',
    '71.2 ms',
    '1.00 s',
    '12.0 s',
  ]);
  expect([0, 912_345, 1.5e6, 2e9].map(formatBytes)).toEqual(['0 B', '912 kB', '1.50 MB', '2.00 GB']);
  expect([5e9, 65e9, 3665e9, -1].map(formatClock)).toEqual(['0:05', '1:05', '1:01:05', '0:00']);
  expect(formatCount(1234567.8)).toBe('1,234,568');
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
])('colours on %j with %j: %s', (stream, env, wanted) => {
  expect(wantsColours(stream, env)).toBe(wanted);
});

const NOTHING = { count: 0, p50Ns: 0, p99Ns: 0, maxNs: 0 };
