import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../../reports/text/text-width.ts';
import { commandInProcess as command, type Ended, emptyFolder } from './cli-command.ts';

const EVERYTHING = `name: everything
description: Every part of a scenario.
seed: 5
target:
  kind: engine
  shards: 2
  limits: { bytes: 1MB/s, records: 1000/s, burst: 2s, readBytes: 2MB/s, readCalls: 5/s }
  latency: polling
  memory: 128MiB
  whenFull: refuse
workloads:
  - name: orders
    arrivals: { onOff: { on: 1s, off: 3s } }
    phases:
      - { name: warm-up, duration: 2s, rate: 100/s, recorded: false }
      - { name: ramp, duration: 4s, rate: { from: 100/s, to: 900/s } }
      - { name: pause, duration: 1500ms }
      - { name: steady, duration: 1m, rate: 900/s }
    keys: { hot: { count: 2, share: 80% }, count: 1000 }
    payload: { size: { pareto: { shape: 1.5, min: 100B, max: 10KB } }, randomRatio: 0.5 }
    producers:
      count: 4
      batch: { records: 100, bytes: 500KB, lingerMs: 10 }
      inFlight: 2
      whenBusy: drop
      retry: { attempts: 3, base: 50ms, cap: 1s }
  - name: heartbeats
    phases: [{ name: whole, duration: 10s, rate: 60/m }]
    keys: { one: heart }
    payload: { template: { alive: true } }
    producers: { count: 2, retry: { attempts: 1 } }
consumers:
  - { name: dashboard, kind: polling, intervalMs: 200 }
  - { name: fraud, kind: fan-out }
steps:
  - { at: 20s, split: hottest }
  - { at: 40s, merge: [0, 1] }
faults:
  - { kind: throttle, from: 10s, until: 12s, rate: 10%, operation: PutRecords }
  - { kind: latency, from: 30s, ms: 500 }
thresholds:
  - putToGet.p99 < 2s in phase steady
  - throttled.ratio < 5%
drain: 5s
`;

const KINESIS = (target: string): string => `name: orders
target: { kind: kinesis, stream: orders, ${target} }
workloads:
  - name: orders
    phases: [{ name: steady, duration: 60s, rate: 600/s }]
    keys: { one: everything }
    payload: { size: 1KB }
    producers: { count: 2 }
consumers: [{ name: reader, kind: fan-out }]
`;

const REPLAY = `name: earthquakes
target: { kind: noop, shards: 2 }
workloads:
  - name: seismometers
    arrivals: { recorded: { speed: 300000 } }
    keys: { field: net }
    payload: { replay: { file: 'sample:earthquakes.ndjson', format: ndjson, timeField: time } }
`;

/** Runs in a folder that contains only the scenario, without AWS settings. */
async function dryRun(scenario: string, ...flags: readonly string[]): Promise<Ended & { readonly files: string[] }> {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 's.yaml'), scenario);
  const env = { HOME: cwd, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
  const ended = await command(['run', 's.yaml', '--dry-run', ...flags], { cwd, env });
  return { ...ended, files: readdirSync(cwd) };
}

describe('run --dry-run', () => {
  test('prints the whole plan of a scenario in 80 columns, and writes no file', async () => {
    const { code, stdout, stderr, files } = await dryRun(EVERYTHING);
    expect({ code, stderr, files }).toEqual({ code: 0, stderr: '', files: ['s.yaml'] });
    expect(stdout).toMatchSnapshot();
    expect(stdout.split('\n').filter((line) => columnsOf(line) > 80 || line.endsWith('…'))).toEqual([]);
  });

  test('--json prints the plan as data', async () => {
    const { code, stdout, files } = await dryRun(EVERYTHING, '--json', '--out', 'there');
    expect({ code, files }).toEqual({ code: 0, files: ['s.yaml'] });
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({
      scenario: 'everything',
      seed: 5,
      durationNs: 67.5e9,
      drainNs: 5e9,
      outDir: 'there',
      target: { kind: 'engine', shards: 2 },
      load: { records: 200 + 2000 + 54_000 + 10, mean: { recordsPerSecond: 56_210 / 67.5 } },
      limits: { shards: 2, limit: { recordsPerSecond: 1000, bytesPerSecond: 1e6 } },
      cost: null,
      replays: [],
    });
    expect(plan.load.peak).toMatchObject({ recordsPerSecond: 901, phase: 'steady', atNs: 10e9 });
    expect(plan.limits.peakRatio).toBeCloseTo(901 / 2000, 9);
    expect(plan.workloads[0].phases.map((phase: { expectedRecords: number }) => phase.expectedRecords)).toEqual([
      200, 2000, 0, 54_000,
    ]);
    expect(plan.timeLine.map(({ kind, atNs, untilNs }: Record<string, unknown>) => [kind, atNs, untilNs])).toEqual([
      ['fault', 10e9, 12e9],
      ['step', 20e9, null],
      ['fault', 30e9, null],
      ['step', 40e9, null],
    ]);
  });

  test('warns of a shard that one key overloads, although all shards together have room', async () => {
    const { stdout } = await dryRun(KINESIS('create: { shards: 4 }, region: us-east-1').replace('600/s', '1200/s'));
    expect(stdout).toContain('4 shards of 1,000/s and 1.00MB/s: 30.3% used on average, 30.3% at the highest.');
    expect(stdout).toMatch(
      /The busiest one, shard \d, receives about 1,200\/s and 1\.21MB\/s at the\s+highest:\s+121% of its limit\./,
    );
    expect(stdout).toContain('The busiest shard exceeds its limit: it throttles once its burst is spent.');
  });

  test('shows what a run on AWS costs, without credentials and without a network', async () => {
    const { code, stdout, stderr, files } = await dryRun(KINESIS('create: { shards: 2 }'));
    expect({ code, stderr, files }).toEqual({ code: 0, stderr: '', files: ['s.yaml'] });
    expect(stdout).toContain('This run would cost about $0.0609 on AWS');
    expect(stdout).toContain('36,000 PUT payload units');
  });

  test('names its assumption about the size of a stream that exists', async () => {
    const { code, stdout } = await dryRun(KINESIS('region: us-east-1'));
    expect(code).toBe(0);
    expect(stdout).toContain('must exist');
    expect(stdout).toContain('This is for a provisioned stream with 1 shard');
    expect(stdout).toMatch(/The number of shards is not known before the run/);
  });

  test('calls no endpoint, and reports that an endpoint other than AWS costs nothing', async () => {
    const { code, stdout, stderr } = await dryRun(KINESIS("endpoint: 'http://127.0.0.1:9'"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Cost  none: the endpoint is not AWS');
  });

  test('--part shows the records of one part', async () => {
    const { stdout } = await dryRun(EVERYTHING, '--part', '2/2', '--json');
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({
      part: { index: 2, of: 2 },
      load: { records: 28_105 },
      outDir: 'results/everything-part-2-of-2',
    });
  });

  test.each([
    ['lost == 0', ['lost == 0', 'undelivered == 0 (default)']],
    ['undelivered < 5', ['undelivered < 5']],
    [
      'undelivered < 5 by consumer fraud',
      ['undelivered < 5 by consumer fraud', 'undelivered == 0 by consumer dashboard (default)'],
    ],
  ])('shows the default thresholds next to %j', async (threshold, shown) => {
    const { stdout } = await dryRun(`${EVERYTHING.split('thresholds:')[0]}thresholds: ['${threshold}']\n`);
    const rows = stdout.split('Thresholds\n')[1]!.split('\n\n')[0]!.split('\n');
    expect(rows.map((row) => row.trim().replaceAll(/ +/g, ' '))).toEqual(shown);
  });

  test('prints the steps of a replay, its duration, and that it is not judged', async () => {
    const { code, stdout, files } = await dryRun(REPLAY);
    expect({ code, files }).toEqual({ code: 0, files: ['s.yaml'] });
    expect(stdout).toContain('Workload seismometers replays earthquakes.ndjson:');
    expect(stdout).toContain('First time ');
    expect(stdout).toContain('recorded arrivals at speed 300000');
    expect(stdout).toContain('Thresholds  none: the run is not judged (MEASURED)');
    expect(stdout).toContain('Consumers  none');
  });

  test('reports an invalid scenario as a run does, with exit code 2', async () => {
    const wrong = EVERYTHING.replace('duration: 4s', 'duration: 4');
    const { code, stdout, stderr } = await dryRun(wrong);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^SCENARIO_INVALID s\.yaml/);
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 's.yaml'), wrong);
    expect(stderr).toBe((await command(['run', 's.yaml'], { cwd })).stderr);
  });

  test.each([
    [['--part', '9/8'], '--part is "9/8"'],
    [['--start-at', '2001-01-01T00:00:00Z'], 'is over'],
    [['--report', 'junti'], 'Did you mean junit?'],
    [['--push', 'ftp://here'], '--push is not a URL'],
    [['--quiet'], 'quiet'],
  ])('rejects %j with exit code 2', async (flags, problem) => {
    const { code, stdout, stderr } = await dryRun(EVERYTHING, ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
  });
});
