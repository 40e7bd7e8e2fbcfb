import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderOfRound } from '../../../runners/side-by-side/round-order.ts';

const sides = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 6 });

describe('the order of the sides in a round', () => {
  test('is that of the blocks of a gate for two sides', () => {
    const rounds = [0, 1, 2, 3, 4].map((round) => orderOfRound(['A', 'B'], round).join(''));
    expect(rounds).toEqual(['AB', 'BA', 'BA', 'AB', 'AB']);
  });

  test('is each of the six orders once for three sides', () => {
    const rounds = [0, 1, 2, 3, 4, 5].map((round) => orderOfRound(['A', 'B', 'C'], round).join(''));
    expect(new Set(rounds)).toEqual(new Set(['ABC', 'CBA', 'BCA', 'ACB', 'CAB', 'BAC']));
  });

  test('has every side once', () => {
    fc.assert(
      fc.property(sides, fc.nat(1000), (names, round) => {
        expect(orderOfRound(names, round).toSorted()).toEqual(names.toSorted());
      }),
    );
  });

  test('puts every side equally often at each place in twice as many rounds as there are sides', () => {
    fc.assert(
      fc.property(sides, (names) => {
        const rounds = Array.from({ length: 2 * names.length }, (_, round) => orderOfRound(names, round));
        for (const [place] of names.entries()) {
          for (const name of names) expect(rounds.filter((order) => order[place] === name)).toHaveLength(2);
        }
      }),
    );
  });

  test('cancels a steady drift over each two rounds', () => {
    fc.assert(
      fc.property(sides, fc.nat(500), (names, pair) => {
        const order = [...orderOfRound(names, 2 * pair), ...orderOfRound(names, 2 * pair + 1)];
        const times = names.map((name) => order.indexOf(name) + order.lastIndexOf(name));
        expect(new Set(times).size).toBe(1);
      }),
    );
  });
});
