import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { otlpRequest } from '../../reports/export/otlp-json.ts';
import { resultMetrics } from '../../reports/export/result-metrics.ts';
import { exampleResult } from '../reports/example-result.ts';
import { emptyFolder } from '../runners/commands/cli-command.ts';
import { clients, runPython, whySkipped } from './python-client.ts';

interface Metric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly unknown[]; readonly isMonotonic: boolean };
  readonly gauge?: { readonly dataPoints: readonly unknown[] };
  readonly summary?: { readonly dataPoints: readonly unknown[] };
}

/** Decodes a request as a reader of the published protocol buffers does. */
async function understood(request: unknown): Promise<{ resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[] }> {
  const file = join(emptyFolder(), 'otlp.json');
  writeFileSync(file, JSON.stringify(request));
  const { code, stdout, stderr } = await runPython([join(import.meta.dirname, 'python/otlp.py'), file], {});
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe.skipIf(clients.kind === 'missing')(`OTLP in JSON, read by its protocol buffers${whySkipped}`, () => {
  test('is parsed with every point', async () => {
    const result = exampleResult({ shards: 3, thresholds: ['putToGet.p50 < 1s', 'putToGet.p99.9 < 1s'] });
    const families = resultMetrics([{ name: 'a "quoted" \ud800 name', result }]);
    const resource = { 'service.name': 'streamgauge' };
    const read = await understood(otlpRequest(families, { resource, version: '1', startMs: 1e12, atMs: 1e12 + 0.5 }));
    const metrics = read.resourceMetrics[0]!.scopeMetrics[0]!.metrics;
    const points = ({ sum, gauge, summary }: Metric) => (sum ?? gauge ?? summary)?.dataPoints.length;
    expect(metrics.map(points)).toEqual(families.map(({ samples }) => samples.length));
    expect(metrics.find(({ name }) => name === 'streamgauge.acknowledged_records')?.sum).toMatchObject({
      isMonotonic: true,
      aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
      dataPoints: [{ asInt: '12000', startTimeUnixNano: '1000000000000000000', timeUnixNano: '1000000000000500000' }],
    });
  });

  test('the reader reports a malformed message', async () => {
    await expect(understood({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ nam: 'x' }] }] }] })).rejects.toThrow(
      'nam',
    );
  });
});
