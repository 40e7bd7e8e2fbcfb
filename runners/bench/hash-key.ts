import { createHash } from 'node:crypto';
import { Bench } from 'tinybench';
import { textTable } from '../../engine/log/text-table.ts';
import { hashKey } from '../../engine/routing/hash-key.ts';
import { evenShardMap, Router, shardOfHash } from '../../engine/routing/shard-map.ts';
import { type Benchmark, holds, repeated, rowOf } from './benchmark.ts';

const KEYS = 100_000;
const SHARDS = 64;
const REPEATS = 7;
const MEASURE_MS = 300;

/** The work of a router for a new key: MD5, then a search over the shards' ranges. */
export const hashKeys: Benchmark = {
  name: 'hash-key',
  title: 'route distinct keys of 16 bytes, nothing remembered',
  run: async () => {
    const texts = Array.from({ length: KEYS }, (_, i) => `user-${String(i).padStart(11, '0')}`);
    const table = textTable(texts);
    const map = evenShardMap(SHARDS);
    let shards = 0;
    const round = () => {
      const router = new Router(map, table);
      shards = 0;
      for (let key = 0; key < KEYS; key++) shards += router.shardOf(key);
    };
    const values = await repeated(REPEATS, async () => {
      const bench = new Bench({ time: MEASURE_MS, warmupTime: MEASURE_MS / 3, throws: true });
      const [task] = await bench.add('hash-key', round).run();
      if (task?.result.state !== 'completed') throw new Error(`hash-key ended ${task?.result.state}`);
      return (KEYS * 1000) / task.result.latency.p50;
    });
    holds(shards === shardsByCrypto(texts), 'keys went to other shards than by the MD5 of node:crypto');
    return [rowOf('hash-key', 'keys/s', values)];
  },
};

function shardsByCrypto(texts: readonly string[]): number {
  const map = evenShardMap(SHARDS);
  const hash = new Uint32Array(4);
  const ours = new Uint32Array(4);
  let sum = 0;
  for (const text of texts) {
    const md5 = createHash('md5').update(text).digest();
    for (let word = 0; word < 4; word++) hash[word] = md5.readUInt32BE(4 * word);
    hashKey(Buffer.from(text), 0, text.length, ours);
    holds(
      hash.every((word, i) => word === ours[i]),
      `the hash of ${text} is not its MD5`,
    );
    sum += shardOfHash(map, hash);
  }
  return sum;
}
