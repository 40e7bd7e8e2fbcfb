import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { renderExposition } from '../../../reports/export/exposition.ts';
import { resultMetrics } from '../../../reports/export/result-metrics.ts';
import { readResult } from '../../../reports/reading/read-result.ts';
import { command, emptyFolder } from '../commands/cli-command.ts';
import { receivingServer } from './receiving-server.ts';

/** Tests the command with receivers: our own, a Pushgateway if installed, and a Prometheus that accepts OTLP. */

const PASSWORD = 'hunter2-of-the-url';
const API_KEY = 'key-of-the-environment';

function folderWithScenario(): string {
  const folder = emptyFolder();
  const scenario = `name: pushed
target: { kind: noop }
workloads:
  - name: numbers
    phases: [{ name: steady, duration: 3s, rate: 200/s }]
    keys: { uniform: true, count: 100 }
    payload: { size: 100B }
consumers: [{ name: reader, kind: fan-out }]
`;
  writeFileSync(join(folder, 'pushed.yaml'), scenario);
  return folder;
}

/** A run may be invalid on a busy machine; it pushes the same numbers. */
const ENDINGS = [0, 5];
const finalText = async (folder: string) =>
  renderExposition(resultMetrics([{ name: 'pushed', result: await readResult(join(folder, 'out')) }]), 'prometheus');

describe('run --push and --otlp', () => {
  test('push during the run, and end with the numbers of the result', async () => {
    await using gateway = await receivingServer();
    await using collector = await receivingServer((response) => response.end('{}'));
    const cwd = folderWithScenario();
    const url = gateway.url.replace('http://', `http://me:${PASSWORD}@`);
    const flags = ['--push', url, '--otlp', collector.url, '--push-interval', '1s', '--out', 'out'];
    const env = { OTEL_EXPORTER_OTLP_HEADERS: `api-key=${API_KEY}`, STREAMGAUGE_DEBUG: '1' };
    const { code, stdout, stderr } = await command(['run', 'pushed.yaml', ...flags], { cwd, env });
    expect(ENDINGS, stderr).toContain(code);
    expect(stderr).not.toContain('pushes failed');
    expect(gateway.received.length).toBeGreaterThanOrEqual(3);
    expect(gateway.received.at(-1)?.body).toBe(await finalText(cwd));
    expect(gateway.received[0]?.body).toContain('streamgauge_run_finished{run="pushed"} 0\n');
    expect(gateway.received[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`,
    );
    expect(collector.received.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/metrics',
      headers: { 'api-key': API_KEY },
    });
    expect(collector.received.at(-1)?.body).toContain('"streamgauge.run_finished"');
    const startedAt = Date.parse((await readResult(join(cwd, 'out'))).startedAt);
    const starts = collector.received.flatMap(({ body }) => body.match(/(?<="startTimeUnixNano":")\d+/gu));
    // A different start would mean that the counters were reset.
    expect(new Set(starts)).toEqual(new Set([`${startedAt}000000`]));
    const saved = readFileSync(join(cwd, 'out/result.json'), 'utf8');
    for (const text of [stdout, stderr, saved]) expect(text).not.toMatch(new RegExp(`${PASSWORD}|${API_KEY}`));
  });

  test('print only one line at the end if the receiver always fails', async () => {
    await using broken = await receivingServer((response) => response.writeHead(503).end('full'));
    const cwd = folderWithScenario();
    const flags = ['--push', broken.url, '--push-interval', '1s', '--out', 'out', '--quiet'];
    const { code, stdout, stderr } = await command(['run', 'pushed.yaml', ...flags], { cwd });
    expect(ENDINGS, stderr).toContain(code);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^--push http:\S+: (\d+) of \1 pushes failed, the last one with HTTP 503: full\.\n$/);
    expect(existsSync(join(cwd, 'out/result.json'))).toBe(true);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a URL that is none', ['--push', `me:${PASSWORD}@host`], /RUNNER_USAGE --push is not a URL/],
    ['an interval that is none', ['--push', 'http://x', '--push-interval', '10ms'], /--push-interval is "10ms"\. .*1s/],
    ['an interval for nothing', ['--push-interval', '5s'], /--push-interval needs --push or --otlp/],
  ])('reject %s before the load starts', async (_, flags, message) => {
    const cwd = folderWithScenario();
    const { code, stderr } = await command(['run', 'pushed.yaml', '--out', 'out', ...flags], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(PASSWORD);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });
});

const GATEWAY = 'prometheus-pushgateway';
const hasGateway = spawnSync(GATEWAY, ['--version']).error === undefined;

describe.skipIf(!hasGateway)(`a Pushgateway${hasGateway ? '' : ` (skipped: ${GATEWAY} is not installed)`}`, () => {
  test('accepts every push, and shows only the final numbers at the end', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const flags = [`--web.listen-address=127.0.0.1:${port}`, `--persistence.file=${join(emptyFolder(), 'data')}`];
    const server = spawn(GATEWAY, flags, { stdio: 'ignore' });
    try {
      await isReady(url);
      const cwd = folderWithScenario();
      const pushing = ['--push', url, '--push-interval', '1s', '--out', 'out', '--quiet'];
      const { code, stderr } = await command(['run', 'pushed.yaml', ...pushing], { cwd });
      expect(ENDINGS, stderr).toContain(code);
      expect(stderr).toBe('');
      const shown = await (await fetch(`${url}/metrics`)).text();
      const ours = shown.split('\n').filter((line) => line.startsWith('streamgauge_'));
      const expected = (await finalText(cwd)).split('\n').filter((line) => line.startsWith('streamgauge_'));
      expect(ours.map((line) => line.split('{')[0]).sort()).toEqual(expected.map((line) => line.split('{')[0]).sort());
      expect(ours.filter((line) => line.includes('_live_'))).toEqual([]);
      expect(shown).toMatch(/^push_failure_time_seconds\{.*run="pushed"\} 0$/m);
    } finally {
      server.kill();
    }
  });
});

/** True for version 3.0 or later; many installations are older. */
const PROMETHEUS = process.env.PROMETHEUS ?? 'prometheus';
const help = spawnSync(PROMETHEUS, ['--help'], { encoding: 'utf8' });
const takesOtlp = `${help.stdout}${help.stderr}`.includes('web.enable-otlp-receiver');
const whyNot = takesOtlp ? '' : ' (skipped: no prometheus from 3.0 on; PROMETHEUS=FILE names one)';

describe.skipIf(!takesOtlp)(`a Prometheus that takes OTLP${whyNot}`, () => {
  test('has the numbers of the result under the names of the text formats, and no live samples at the end', async () => {
    const folder = emptyFolder();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'prometheus.yml'), 'global: { scrape_interval: 1h }\n');
    const flags = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-otlp-receiver',
    ];
    const server = spawn(PROMETHEUS, flags, { stdio: 'ignore' });
    const ask = async (query: string): Promise<PrometheusSeries[]> => {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
      const { data }: { data: { result: PrometheusSeries[] } } = JSON.parse(await response.text());
      return data.result;
    };
    try {
      await isReady(url);
      const cwd = folderWithScenario();
      const pushing = ['--otlp', `${url}/api/v1/otlp`, '--push-interval', '1s', '--out', 'out', '--quiet'];
      const { code, stderr } = await command(['run', 'pushed.yaml', ...pushing], { cwd });
      expect(ENDINGS, stderr).toContain(code);
      expect(stderr).toBe('');
      const latest = (await ask('{__name__=~"streamgauge_.+"}')).map(({ metric, value = [0, ''] }) => {
        const { __name__, job, instance, ...labels } = metric;
        expect([job, instance]).toEqual(['streamgauge', expect.stringMatching(/:\d+$/u)]);
        return sample(__name__ ?? '', labels, value[1]);
      });
      expect(latest.sort()).toEqual(samplesIn(await finalText(cwd)).sort());
      const [acknowledged] = await ask('streamgauge_acknowledged_records_total[5m]');
      const counts = (acknowledged?.values ?? []).map(([, count]) => Number(count));
      expect(counts.length).toBeGreaterThanOrEqual(3);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect((await ask('streamgauge_live_progress_ratio[5m]'))[0]?.values?.length).toBeGreaterThanOrEqual(2);
    } finally {
      server.kill();
    }
  });
});

interface PrometheusSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [atSeconds: number, value: string];
  readonly values?: readonly (readonly [atSeconds: number, value: string])[];
}

function samplesIn(exposition: string): string[] {
  return [...exposition.matchAll(/^(\w+)\{(.*)\} (\S+)$/gmu)].map(([, name = '', labels = '', value = '']) => {
    const pairs = [...labels.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/gu)];
    return sample(name, Object.fromEntries(pairs.map(([, key, text]) => [key, JSON.parse(text ?? '')])), value);
  });
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: string): string {
  return JSON.stringify([name, Object.entries(labels).sort(), Number(value)]);
}

async function isReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok === true) return;
    await sleep(50);
  }
  throw new Error(`${url} is not ready`);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}
