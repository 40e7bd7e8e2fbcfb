import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readResult } from '../../reports/reading/read-result.ts';
import type { Result } from '../../reports/result/result.ts';
import { command, emptyFolder } from '../runners/commands/cli-command.ts';
import { countsByShard } from './shard-counts.ts';

const SAMPLES = resolve(import.meta.dirname, '../../workloads/samples');
/** Recordings too large for the project may lie beside it. */
const SHARED = resolve(import.meta.dirname, '../../../shared/data');
const SHARDS = 4;

interface Replayed {
  readonly result: Result;
  readonly acked: number[];
  readonly received: number[];
}

async function replay(workload: string): Promise<Replayed> {
  const folder = emptyFolder();
  const scenario = `name: replay
target: { kind: engine, shards: ${SHARDS} }
workloads:
  - name: recorded
${workload}
consumers: [{ name: reader, kind: fan-out }]
`;
  writeFileSync(join(folder, 'replay.yaml'), scenario);
  const { code, stderr } = await command(['run', 'replay.yaml', '--out', 'out', '--quiet'], { cwd: folder });
  expect([0, 5], stderr).toContain(code);
  const result = await readResult(join(folder, 'out/result.json'));
  const perShard = (kind: 'producer' | 'consumer') =>
    Array.from({ length: SHARDS }, (_, shard) =>
      result.cells
        .filter((cell) => cell.kind === kind && cell.shard === shard)
        .reduce((sum, cell) => sum + (cell.kind === 'producer' ? cell.counts.acked : cell.counts.received), 0),
    );
  return { result, acked: perShard('producer'), received: perShard('consumer') };
}

const ndjson = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a recording replayed through the command', () => {
  test('prints its plan before it starts, and stores the plan in the result', async () => {
    const folder = emptyFolder();
    const scenario = `name: replay
workloads:
  - name: recorded
    arrivals: { recorded: { speed: 10000000 } }
    keys: { field: net }
    payload: { replay: { file: 'sample:earthquakes.ndjson', format: ndjson, timeField: time } }
`;
    writeFileSync(join(folder, 'replay.yaml'), scenario);
    const { stderr } = await command(['run', 'replay.yaml', '--out', 'out'], { cwd: folder });
    const plan = stderr.slice(0, stderr.indexOf('running replay')).trim().split('\n');
    expect(plan.length).toBe(5);
    expect(plan[2]).toBe("Times come from field 'time': a number of milliseconds (detected).");
    const { notes = [] } = await readResult(join(folder, 'out/result.json'));
    expect(notes).toContain(plan.join(' '));
  });

  test('reaches the shards that its keys hash to, for earthquakes at their own times, sped up', async () => {
    const events = ndjson(join(SAMPLES, 'earthquakes.ndjson'));
    const times = events.map(({ time }) => Number(time));
    const spanMs = Math.max(...times) - Math.min(...times);
    const speed = Math.ceil(spanMs / 2000);
    const { result, acked, received } = await replay(`    arrivals: { recorded: { speed: ${speed} } }
    keys: { field: net }
    payload: { replay: { file: 'sample:earthquakes.ndjson', format: ndjson, timeField: time } }`);
    const expected = countsByShard(
      events.map(({ net }) => String(net)),
      SHARDS,
    );
    expect(acked).toEqual(expected);
    expect(received).toEqual(expected);
    expect(result.summary.ledger).toMatchObject({
      sent: events.length,
      received: events.length,
      lost: 0,
      reordered: 0,
    });
  });

  test('reaches the shards that its keys hash to, for flights at a given rate', async () => {
    const flights = ndjson(join(SAMPLES, 'flights.ndjson'));
    const { acked, received } = await replay(`    phases: [{ name: all, duration: 1s, rate: ${flights.length}/s }]
    keys: { field: origin }
    payload: { replay: { file: 'sample:flights.ndjson', format: ndjson } }`);
    const expected = countsByShard(
      flights.map(({ origin }) => String(origin)),
      SHARDS,
    );
    expect(acked).toEqual(expected);
    expect(received).toEqual(expected);
  });

  test('carries every byte of the recording', async () => {
    const lines = readFileSync(join(SAMPLES, 'flights.ndjson'), 'utf8').trim().split('\n');
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    const keyBytes = lines.reduce((sum, line) => sum + JSON.parse(line).origin.length, 0);
    const { result } = await replay(`    phases: [{ name: all, duration: 1s, rate: ${lines.length}/s }]
    keys: { field: origin }
    payload: { replay: { file: 'sample:flights.ndjson', format: ndjson } }`);
    const total = (kind: 'producer' | 'consumer') =>
      result.cells.filter((cell) => cell.kind === kind).reduce((sum, { counts }) => sum + counts.bytes, 0);
    expect(total('producer')).toBe(bytes + keyBytes);
    expect(total('consumer')).toBe(bytes + keyBytes);
  });

  test('reaches the shards of 10,000 web requests, keyed by client address', async (context) => {
    const file = join(SHARED, 'web-access.log');
    if (!existsSync(file))
      context.skip('the web access log is not part of the project; lay it in ../shared/data to run this');
    const addresses = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ', 1)[0]!);
    const { acked, received, result } =
      await replay(`    phases: [{ name: all, duration: 2s, rate: ${addresses.length / 2}/s }]
    keys: { field: address }
    payload: { replay: { file: '${file}', format: log } }`);
    const expected = countsByShard(addresses, SHARDS);
    expect(acked).toEqual(expected);
    expect(received).toEqual(expected);
    expect(result.summary.ledger).toMatchObject({ sent: 10_000, lost: 0, duplicated: 0, reordered: 0 });
  });

  test('reaches the shards of a week of earthquakes by their ids', async (context) => {
    const file = join(SHARED, 'earthquakes.ndjson');
    if (!existsSync(file))
      context.skip('the whole week is not part of the project; lay it in ../shared/data to run this');
    const events = ndjson(file);
    const { acked, received } = await replay(`    arrivals: { recorded: { speed: 300000 } }
    keys: { field: id }
    payload: { replay: { file: '${file}', format: ndjson, timeField: time } }`);
    const expected = countsByShard(
      events.map(({ id }) => String(id)),
      SHARDS,
    );
    expect(acked).toEqual(expected);
    expect(received).toEqual(expected);
  });
});
