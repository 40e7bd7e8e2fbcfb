import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SecondFacts, silencesOf, silentSeconds } from '../../../reports/summary/silence.ts';

const SECOND_NS = 1e9;
const MS = 1e6;

/** Seconds from their records: `arrived`, and how long the oldest of them waited. */
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

describe('a second in which nothing arrived is silent', () => {
  test('when the records that arrive next have waited through it', () => {
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

  test('when it lasts for most of the run', () => {
    const seconds = secondsOf(NORMAL, {}, {}, {}, {}, {}, {}, {}, { arrived: 8000, p50Ms: 4000, maxMs: 7990 });
    expect(shown(seconds)).toBe('.xxxxxxx.');
  });

  test('from the first second on, when the first records come late', () => {
    const seconds = secondsOf({}, {}, {}, {}, { arrived: 5000, p50Ms: 2500, maxMs: 4990 });
    expect(shown(seconds)).toBe('xxxx.');
  });

  test('to the end, when nothing arrives any more', () => {
    expect(shown(secondsOf(NORMAL, NORMAL, {}, {}))).toBe('..xx');
    expect(shown(secondsOf({}, {}, {}))).toBe('xxx');
  });

  test('when its records failed or were dropped, so that the next ones have not waited', () => {
    expect(shown(secondsOf(NORMAL, { gone: 1000 }, { gone: 1000 }, NORMAL))).toBe('.xx.');
  });

  test('when its records were acknowledged and never arrive', () => {
    expect(shown(secondsOf(NORMAL, { acked: 1000 }, { acked: 1000 }, NORMAL))).toBe('.x..');
  });

  test('in the drain, when records wait beyond the end of the schedule', () => {
    const drain = { arrived: 900, p50Ms: 1500, maxMs: 2900 };
    expect(shown(secondsOf(NORMAL, NORMAL, { isDue: true }, { isDue: true }, drain))).toBe('..xx.');
  });

  test('in a pause, only when earlier records are still waiting', () => {
    const pause = { isDue: false, isWaiting: false };
    expect(shown(secondsOf(NORMAL, pause, pause, NORMAL))).toBe('....');
    expect(shown(secondsOf(NORMAL, pause, pause))).toBe('...');
    const late = { arrived: 500, maxMs: 2500, p50Ms: 2200 };
    expect(shown(secondsOf(NORMAL, { isDue: true }, { isDue: true }, late, pause, NORMAL))).toBe('.xx...');
  });
});

describe('a second in which nothing arrived is not silent', () => {
  test('when the target needs longer than a second for every record, and the first ones are on their way', () => {
    const slow = { arrived: 1000, p50Ms: 1200, maxMs: 1250 };
    expect(shown(secondsOf({}, slow, slow, slow, slow))).toBe('.....');
  });

  test('when consumers read every two seconds', () => {
    const read = { arrived: 2000, p50Ms: 1000, maxMs: 2010 };
    expect(shown(secondsOf({}, read, {}, read, {}, read, {}, read))).toBe('........');
  });

  test('when records are rarer than seconds', () => {
    const one = { arrived: 1, p50Ms: 70, maxMs: 70 };
    expect(shown(secondsOf(one, {}, {}, {}, one, {}, one, {}, {}, one))).toBe('..........');
  });

  test('in a gap between bursts, which the mean rate does not show', () => {
    const gap = { isWaiting: false };
    expect(shown(secondsOf(NORMAL, gap, gap, gap, NORMAL, gap))).toBe('......');
  });

  test('before the records were due that a later stall held back', () => {
    const one = { arrived: 1, p50Ms: 70, maxMs: 70 };
    expect(shown(secondsOf(one, {}, {}, {}, {}, {}, { arrived: 1, p50Ms: 3500, maxMs: 3500 }, one))).toBe('..xxxx..');
  });

  test('whatever else is true of it, if something arrived or nothing was due', () => {
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
