import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SecondFacts, silencesOf, silentSeconds } from '../../../reports/summary/silence.ts';

const SECOND_NS = 1e9;
const MS = 1e6;

/** Creates seconds from the number of their records (`arrived`) and the time that the oldest one waited. */
function secondsOf(...all: readonly Partial<SecondFacts & { readonly maxMs: number; readonly p50Ms: number }>[]) {
  return all.map(({ maxMs, p50Ms, ...facts }, index): SecondFacts => {
    const arrived = facts.arrived ?? 0;
    return {
      startNs: index * SECOND_NS,
      endNs: (index + 1) * SECOND_NS,
      acked: arrived,
      gone: 0,
      isDue: true,
      isWaiting: arrived === 0,
      p50Ns: arrived === 0 ? null : (p50Ms ?? 20) * MS,
      maxNs: arrived === 0 ? null : (maxMs ?? 70) * MS,
      ...facts,
      arrived,
    };
  });
}

const NORMAL = { arrived: 1000 };
const shown = (seconds: readonly SecondFacts[]) =>
  silentSeconds(seconds)
    .map((isSilent) => (isSilent ? 'x' : '.'))
    .join('');

describe('a second without arrivals that is silent', () => {
  test('is one during which the next arriving records have waited', () => {
    const seconds = secondsOf(
      NORMAL,
      { arrived: 300 },
      {},
      {},
      {},
      { arrived: 3700, p50Ms: 1900, maxMs: 3700 },
      NORMAL,
    );
    expect(shown(seconds)).toBe('..xxx..');
    expect(silencesOf(seconds)).toEqual([{ fromNs: 2e9, toNs: 5e9 }]);
  });

  test('is part of a silence that lasts for most of the run', () => {
    const seconds = secondsOf(NORMAL, {}, {}, {}, {}, {}, {}, {}, { arrived: 8000, p50Ms: 4000, maxMs: 7990 });
    expect(shown(seconds)).toBe('.xxxxxxx.');
  });

  test('is at the start of a run whose first records come late', () => {
    const seconds = secondsOf({}, {}, {}, {}, { arrived: 5000, p50Ms: 2500, maxMs: 4990 });
    expect(shown(seconds)).toBe('xxxx.');
  });

  test('is at the end of a run in which nothing arrives any more', () => {
    expect(shown(secondsOf(NORMAL, NORMAL, {}, {}))).toBe('..xx');
    expect(shown(secondsOf({}, {}, {}))).toBe('xxx');
  });

  test('is one whose records failed or were dropped, although the next ones have not waited', () => {
    expect(shown(secondsOf(NORMAL, { gone: 1000 }, { gone: 1000 }, NORMAL))).toBe('.xx.');
  });

  test('is one whose records were acknowledged and never arrive', () => {
    expect(shown(secondsOf(NORMAL, { acked: 1000 }, { acked: 1000 }, NORMAL))).toBe('.x..');
  });

  test('is in the drain if records wait beyond the end of the schedule', () => {
    const drain = { arrived: 900, p50Ms: 1500, maxMs: 2900 };
    expect(shown(secondsOf(NORMAL, NORMAL, { isDue: true }, { isDue: true }, drain))).toBe('..xx.');
  });

  test('is in a pause only if earlier records are still waiting', () => {
    const pause = { isDue: false, isWaiting: false };
    expect(shown(secondsOf(NORMAL, pause, pause, NORMAL))).toBe('....');
    expect(shown(secondsOf(NORMAL, pause, pause))).toBe('...');
    const late = { arrived: 500, maxMs: 2500, p50Ms: 2200 };
    expect(shown(secondsOf(NORMAL, { isDue: true }, { isDue: true }, late, pause, NORMAL))).toBe('.xx...');
  });
});

describe('a second that is not silent', () => {
  test('is one in which the first records of a slow target are still on their way', () => {
    const slow = { arrived: 1000, p50Ms: 1200, maxMs: 1250 };
    expect(shown(secondsOf({}, slow, slow, slow, slow))).toBe('.....');
  });

  test('is one between the reads of consumers that read every two seconds', () => {
    const read = { arrived: 2000, p50Ms: 1000, maxMs: 2010 };
    expect(shown(secondsOf({}, read, {}, read, {}, read, {}, read))).toBe('........');
  });

  test('is one between records that are rarer than seconds', () => {
    const one = { arrived: 1, p50Ms: 70, maxMs: 70 };
    expect(shown(secondsOf(one, {}, {}, {}, one, {}, one, {}, {}, one))).toBe('..........');
  });

  test('is in a gap between bursts, although the mean rate is higher', () => {
    const gap = { isWaiting: false };
    expect(shown(secondsOf(NORMAL, gap, gap, gap, NORMAL, gap))).toBe('......');
  });

  test('is one before the due time of the records that a later stall delayed', () => {
    const one = { arrived: 1, p50Ms: 70, maxMs: 70 };
    expect(shown(secondsOf(one, {}, {}, {}, {}, {}, { arrived: 1, p50Ms: 3500, maxMs: 3500 }, one))).toBe('..xxxx..');
  });

  test('is any second in which something arrived or nothing was due', () => {
    const anySecond = fc.record({
      arrived: fc.nat(3),
      acked: fc.nat(3),
      gone: fc.nat(2),
      isDue: fc.boolean(),
      isWaiting: fc.boolean(),
      maxMs: fc.nat(5000),
      p50Ms: fc.nat(3000),
    });
    fc.assert(
      fc.property(fc.array(anySecond), (all) => {
        const silent = silentSeconds(secondsOf(...all));
        expect(silent).toHaveLength(all.length);
        for (const [i, { arrived, isDue }] of all.entries()) if (arrived > 0 || !isDue) expect(silent[i]).toBe(false);
      }),
    );
  });
});
