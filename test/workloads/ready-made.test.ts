import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assetFolder, listFiles } from '../../workloads/files.ts';
import { parseScenario } from '../../workloads/parse.ts';
import { listReadyMade } from '../../workloads/ready-made.ts';
import { expectedRecords } from '../../workloads/schedule.ts';
import { scenarioJsonSchema } from '../../workloads/schema.ts';

test('the list has all ten scenarios by name, each with a title', () => {
  expect(listReadyMade().map(({ name }) => name)).toEqual([
    'application-logs',
    'audio-video-chunks',
    'clickstream-archive',
    'financial-transactions',
    'iot-sensors',
    'location-tracking',
    'log-shipping',
    'social-feed',
    'weather-sensors',
    'web-clickstream',
  ]);
  for (const { title } of listReadyMade()) expect(title).toMatch(/^[A-Z].{20,}/);
});

describe.each(listReadyMade())('$name', ({ name, file }) => {
  const text = readFileSync(file, 'utf8');
  const scenario = parseScenario(text, { file });

  test('parses and has the name of its file', () => {
    expect(scenario.name).toBe(name);
  });

  test('lasts at most a minute, has a consumer, and judges loss', () => {
    for (const { phases } of scenario.workloads) {
      const last = phases.at(-1)!;
      expect(last.startNs + last.durationNs).toBeLessThanOrEqual(60e9);
    }
    expect(scenario.consumers.length).toBeGreaterThan(0);
    expect(scenario.thresholds).toContain('lost == 0');
  });

  test('states the source of its rate, size and skew', () => {
    for (const word of ['ate', 'ize', 'kew']) expect(text.split('\nname:')[0]).toContain(word);
  });

  test('needs no more than two cores', () => {
    const perSecond = Array.from({ length: 60 }, (_, s) =>
      scenario.workloads.reduce((sum, workload) => sum + expectedRecords(workload, s * 1e9, (s + 1) * 1e9), 0),
    );
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(10_000);
  });
});

test('scenario.schema.json is the output of write-json-schema.ts', () => {
  const file = new URL('../../workloads/scenario.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(scenarioJsonSchema());
});

test('every field of the JSON Schema has a description or keys of its own', () => {
  const bare: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const fields = new Map<string, unknown>(Object.entries(schema));
    const properties = fields.get('properties');
    for (const [key, value] of Object.entries(properties ?? {})) {
      const known = new Set(Object.keys(value));
      if (!known.has('description') && !known.has('properties') && !known.has('anyOf')) bare.push(`${path}.${key}`);
      visit(value, `${path}.${key}`);
    }
    visit(fields.get('items'), `${path}[]`);
    const forms = fields.get('anyOf');
    if (Array.isArray(forms)) for (const form of forms) visit(form, path);
  };
  visit(scenarioJsonSchema(), '');
  expect(bare).toEqual([]);
});

test('the samples are small and attributed', () => {
  const folder = assetFolder('samples');
  const files = [...listFiles(folder, '.csv'), ...listFiles(folder, '.ndjson')];
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(300_000);
  const sources = readFileSync(join(folder, 'SOURCES.md'), 'utf8');
  for (const file of files) expect(sources).toContain(file.slice(folder.length + 1));
});
