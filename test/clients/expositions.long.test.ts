import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ExpositionFormat, renderExposition } from '../../reports/export/exposition.ts';
import type { MetricFamily } from '../../reports/export/metric-family.ts';
import { resultMetrics } from '../../reports/export/result-metrics.ts';
import { exampleResult } from '../reports/example-result.ts';
import { emptyFolder } from '../runners/commands/cli-command.ts';
import { clients, runPython, whySkipped } from './python-client.ts';

interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly (readonly [string, Readonly<Record<string, string>>, string])[];
}

const EXAMPLE = exampleResult({
  shards: 3,
  thresholds: ['putToGet.p50 < 1s', 'putToGet.p99.9 < 1s'],
  lostByDashboard: 7,
});
const NASTY = { ...EXAMPLE, scenario: { ...EXAMPLE.scenario, name: 'a\\b "c"\nd ü 🙂 \\n' } };
const families = resultMetrics([
  { name: 'clicks', result: EXAMPLE },
  { name: NASTY.scenario.name, result: NASTY },
]);

async function readBack(): Promise<Record<ExpositionFormat, ReadFamily[]>> {
  const file = join(emptyFolder(), 'expositions.json');
  const texts = {
    prometheus: renderExposition(families, 'prometheus'),
    openmetrics: renderExposition(families, 'openmetrics'),
  };
  writeFileSync(file, JSON.stringify(texts));
  const { code, stdout, stderr } = await runPython([join(import.meta.dirname, 'python/expositions.py'), file], {});
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

const sampleCount = ({ samples }: MetricFamily) =>
  samples.reduce((sum, { value }) => sum + (typeof value === 'number' ? 1 : value.quantiles.length + 2), 0);

describe.skipIf(clients.kind === 'missing')(`expositions, read by Prometheus's client${whySkipped}`, () => {
  test('are read back completely in both formats', async () => {
    const read = await readBack();
    expect(read.openmetrics.map(({ name, type, help }) => ({ name, type, help }))).toEqual(
      families.map(({ name, kind, help }) => ({ name, type: kind, help })),
    );
    for (const format of ['prometheus', 'openmetrics'] as const) {
      expect(
        read[format].map(({ samples }) => samples.length),
        format,
      ).toEqual(families.map(sampleCount));
    }
    expect(read.openmetrics.find(({ name }) => name === 'streamgauge_latency_seconds')?.unit).toBe('seconds');
    const names = read.prometheus[0]!.samples.map(([, labels]) => labels.scenario);
    expect(names).toEqual(['clickstream', NASTY.scenario.name]);
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

test.skipIf(!hasPromtool)(
  `promtool reports no problem with the metrics${hasPromtool ? '' : ' (skipped: promtool, of the package prometheus, is not installed)'}`,
  () => {
    const input = renderExposition(families, 'prometheus');
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  },
);
