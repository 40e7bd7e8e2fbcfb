import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashKey } from '../../engine/routing/hash-key.ts';
import { evenShardMap, shardOfHash } from '../../engine/routing/shard-map.ts';
import { createKeyChooser, createKeyTable } from '../../workloads/keys.ts';
import { KEYS_PER_SHARD_DEFAULT } from '../../workloads/keys-shares.ts';
import { brief, problemsOf, resolved, scenario, withWorkload, workload } from './a-scenario.ts';
import { aWorkload } from './a-workload.ts';
import { chiSquare, chiSquareLimit } from './statistics.ts';

/** The shard of every key, as the engine routes it. */
function shardsOfKeys(shares: readonly number[], keysPerShard: number): number[] {
  const table = createKeyTable(aWorkload({ keys: { kind: 'shares', shares, keysPerShard } }));
  const bytes = new Uint8Array(table.words.buffer);
  const map = evenShardMap(shares.length);
  const hash = new Uint32Array(4);
  return Array.from({ length: table.count }, (_, key) => {
    hashKey(bytes, table.offsets[key]! * 4, table.lengths[key]!, hash);
    return shardOfHash(map, hash);
  });
}

function drawnByShard(shares: readonly number[], draws: number, seed: number): Float64Array {
  const keys = { kind: 'shares', shares, keysPerShard: 3 } as const;
  const shardOf = shardsOfKeys(shares, keys.keysPerShard);
  const choose = createKeyChooser(aWorkload({ keys }), seed);
  const drawn = new Float64Array(shares.length);
  for (let i = 0; i < draws; i += 1) drawn[shardOf[choose(i)]!]! += 1;
  return drawn;
}

describe('keys with a share for each shard', () => {
  test.each([1, 2, 3, 7, 1000])('are routed to their shards by the engine, with %d shards', (shards) => {
    const shares = new Array<number>(shards).fill(1 / shards);
    const found = shardsOfKeys(shares, 4);
    expect(found).toEqual(Array.from({ length: shards * 4 }, (_, key) => key % shards));
  });

  test('are all different', () => {
    const table = createKeyTable(aWorkload({ keys: { kind: 'shares', shares: [0.5, 0.5], keysPerShard: 500 } }));
    const texts = Array.from({ length: table.count }, (_, key) =>
      Buffer.from(table.words.buffer, table.offsets[key]! * 4, table.lengths[key]!).toString(),
    );
    expect(new Set(texts).size).toBe(1000);
  });

  test('the keys of a shard are drawn evenly', () => {
    const keys = { kind: 'shares', shares: [0.4, 0.2, 0.2, 0.2], keysPerShard: 10 } as const;
    const choose = createKeyChooser(aWorkload({ keys }), 7);
    const drawn = new Float64Array(40);
    for (let i = 0; i < 400_000; i += 1) drawn[choose(i)]! += 1;
    const expected = Float64Array.from({ length: 40 }, (_, key) => 40_000 * keys.shares[key % 4]!);
    expect(chiSquare(drawn, expected)).toBeLessThan(chiSquareLimit(39));
  });

  test('drawn shares match the chosen ones', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        weights.filter((list) => list.some((weight) => weight > 0)),
        fc.nat(),
        (list, seed) => {
          const total = list.reduce((sum, weight) => sum + weight, 0);
          const shares = list.map((weight) => weight / total);
          const draws = 20_000;
          const drawn = drawnByShard(shares, draws, seed);
          for (const [shard, share] of shares.entries()) {
            // Five standard deviations: 1 in 3 million for each shard.
            const allowed = 5 * Math.sqrt(draws * share * (1 - share));
            expect(Math.abs(drawn[shard]! - draws * share)).toBeLessThanOrEqual(allowed + 1e-6);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a scenario with shares', () => {
  const target = { kind: 'engine', shards: 4 };
  const withShares = (shares: unknown[], more: object = {}) => ({
    ...scenario,
    target,
    workloads: [{ ...workload, keys: { shares, ...more } }],
  });

  test('takes percentages and ratios', () => {
    const { keys } = resolved({ keys: { shares: ['40%', 0.2, '20%', '20%'] } });
    expect(keys).toEqual({ kind: 'shares', shares: [0.4, 0.2, 0.2, 0.2], keysPerShard: KEYS_PER_SHARD_DEFAULT });
  });

  test.each<[string, unknown, string[]]>([
    ['shares that sum to 90%', withShares(['30%', '20%', '20%', '20%']), ['OUT_OF_RANGE workloads[0].keys.shares']],
    ['too few shares', withShares(['50%', '50%']), ['CONFLICT workloads[0].keys.shares']],
    ['no shares', withShares([]), ['EMPTY workloads[0].keys.shares']],
    ['a negative share', withShares([-0.1, 0.5, 0.3, 0.3]), ['OUT_OF_RANGE workloads[0].keys.shares[0]']],
    ['no keys for a shard', withShares(['100%'], { perShard: 0 }), ['OUT_OF_RANGE workloads[0].keys.perShard']],
  ])('rejects a scenario with %s', (_, value, expected) => {
    expect(brief(value)).toEqual(expected);
  });

  test('names both counts if they differ', () => {
    const [problem] = problemsOf(withShares(['50%', '50%']));
    expect(problem?.what).toBe('there are 2 shares, and the target starts with 4 shards.');
    expect(problem?.fix).toBe("Write 4 shares, or change the target's shards.");
  });

  test('checks the number of shares in the run if the stream exists already', () => {
    const kinesis = { kind: 'kinesis', stream: 'orders', endpoint: 'http://127.0.0.1:4567' };
    const value = { ...withWorkload({ keys: { shares: ['60%', '40%'] } }), target: kinesis };
    expect(brief(value)).toEqual([]);
  });
});
