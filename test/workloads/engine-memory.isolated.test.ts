import { expect, test } from 'vitest';
import { createStream } from '../../engine/threads/stream.ts';
import { shardsMadeAtMost } from '../../engine/threads/stream-change.ts';
import { setUpEngine } from '../../runners/targets/engine/engine-target.ts';
import { parseScenario } from '../../workloads/parse.ts';
import { resolveScenario } from '../../workloads/resolve.ts';
import type { EngineTargetSpec } from '../../workloads/targets/engine.ts';
import { memoryNeededBytes, shardCapacityOf } from '../../workloads/targets/engine-memory.ts';
import { scenario } from './a-scenario.ts';

const MIB = 2 ** 20;
const engine = (settings: object) =>
  resolveScenario({ ...scenario, target: { kind: 'engine', ...settings } }).target as EngineTargetSpec;

test.each([1, 100, 1000, 64 * 1024, 300_000, MIB, 10 * MIB])(
  'records of up to %i bytes need what the engine itself needs',
  (maxRecordBytes) => {
    const neededBytes = memoryNeededBytes(1, maxRecordBytes);
    expect(createStream({ shardCount: 1, memoryBytes: neededBytes, maxRecordBytes }).shardLogs[0]!.termCount).toBe(2);
    expect(() => createStream({ shardCount: 1, memoryBytes: neededBytes - 1, maxRecordBytes })).toThrow(
      `${neededBytes}`,
    );
  },
);

test('steps need room for the shards that the engine reports for them', () => {
  const made = shardsMadeAtMost({ kind: 'split' }) + shardsMadeAtMost({ kind: 'merge' });
  const steps = [{ at: 1, split: 0 } as const, { at: 2, merge: 'coldest' } as const, { at: 3, shards: 7 }];
  expect(shardCapacityOf(4, steps)).toBe(4 + made + shardsMadeAtMost({ kind: 'shard-count', count: 7 }));
});

test.each([
  [4, undefined],
  [32, undefined],
  [64, 512],
  [1000, 8000],
])('%i shards share 256 MiB by default, and reserve %s MiB', (shards, reservedMiB) => {
  const { memoryBytes, reservedBytes } = engine({ shards });
  expect(memoryBytes).toBe(256 * MIB);
  expect(reservedBytes).toBe(reservedMiB === undefined ? undefined : reservedMiB * MIB);
});

test('64 and 1,000 shards start with the default memory, which the machine need not have at once', async () => {
  for (const shards of [64, 1000]) {
    const before = process.memoryUsage().rss;
    const target = await setUpEngine(engine({ shards }), resolveScenario(scenario));
    expect(target.traits.shardCount).toBe(shards);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
    await target.tearDown();
  }
});

test('too little memory is a problem with its line and the minimum in MiB', () => {
  const text = `name: small
target:
  kind: engine
  shards: 64
  memory: 64MiB
workloads:
  - name: w
    phases: [{ name: p, duration: 1s, rate: 1/s }]
    keys: { one: k }
    payload: { size: 1B }
`;
  expect(() => parseScenario(text)).toThrow(
    / {2}5:3 target\.memory: OUT_OF_RANGE 64MiB is too little for 64 shards with records of up to 1MiB\. Write memory: 512MiB or more/,
  );
  expect(parseScenario(text.replace('64MiB', '512MiB')).target).toMatchObject({ memoryBytes: 512 * MIB });
  expect(parseScenario(text.replace('64MiB', '64MiB\n  maxRecordBytes: 10KB')).target).toMatchObject({
    memoryBytes: 64 * MIB,
  });
});
