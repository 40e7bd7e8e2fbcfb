import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { renderJunit } from '../../../reports/export/junit.ts';
import type { Result } from '../../../reports/result/result.ts';
import { type ExampleOptions, exampleResult } from '../example-result.ts';

/** The schema that Jenkins publishes, under the MIT licence, which is in the file. */
const SCHEMA = readFileSync(join(import.meta.dirname, 'junit.xsd'), 'utf8');

async function schemaErrors(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml, schema: SCHEMA });
  return errors.map(({ message }) => message);
}

const junitOf = (options: ExampleOptions) => renderJunit([{ name: 'clickstream', result: exampleResult(options) }]);
const countOf = (xml: string, element: string) => xml.split(`<${element}`).length - 1;

const MIXED: ExampleOptions = {
  thresholds: ['putToGet.p50 < 1s', 'putToGet.p99 < 60ms over 5s', 'putToGet.p99.9 < 1s'],
};

describe('a JUnit report', () => {
  test('has one case for each threshold and one for validity', () => {
    const xml = junitOf(MIXED);
    expect(xml.slice(xml.indexOf('    <testcase'))).toMatchInlineSnapshot(`
      "    <testcase name="validity" classname="streamgauge.clickstream" time="12.000"/>
          <testcase name="putToGet.p50 &lt; 1s" classname="streamgauge.clickstream" time="0.000"/>
          <testcase name="putToGet.p99 &lt; 60ms over 5s" classname="streamgauge.clickstream" time="0.000">
            <failure type="THRESHOLD" message="measured 69.0ms">putToGet.p99 &lt; 60ms over 5s: measured 69.0ms
      worst from 2.000 s to 7.000 s</failure>
          </testcase>
          <testcase name="putToGet.p99.9 &lt; 1s" classname="streamgauge.clickstream" time="0.000">
            <skipped>could not be judged: needs 100,000 records, there are 20,000</skipped>
          </testcase>
          <testcase name="undelivered == 0 (default)" classname="streamgauge.clickstream" time="0.000"/>
        </testsuite>
      </testsuites>
      "
    `);
    expect(xml).toMatch(/<testsuite name="streamgauge\.clickstream" tests="5" failures="1" errors="0" skipped="1"/);
  });

  test.each<[string, ExampleOptions]>([
    ['mixed', MIXED],
    ['without thresholds', {}],
    ['invalid', { ...MIXED, scheduleLagNs: 80e6 }],
    ['interrupted', { ...MIXED, outcome: { kind: 'interrupted', signal: 'SIGINT' } }],
    ['aborted', { ...MIXED, outcome: { kind: 'aborted', threshold: 'lost == 0' } }],
  ])('follows the schema: %s', async (_, options) => {
    expect(await schemaErrors(junitOf(options))).toEqual([]);
  });

  test('the schema rejects an unknown element', async () => {
    expect(
      await schemaErrors(junitOf(MIXED).replace('<skipped>', '<skiped>').replace('</skipped>', '</skiped>')),
    ).not.toEqual([]);
  });

  test('shows an invalid run as an error with its reasons, and skips its thresholds', () => {
    const xml = junitOf({ ...MIXED, scheduleLagNs: 80e6 });
    expect(xml).toMatch(/<error type="SCHEDULE_LAG" message="INVALID: [^"]+">SCHEDULE_LAG .* Fix: Add producers/);
    expect([countOf(xml, 'error'), countOf(xml, 'failure'), countOf(xml, 'skipped>')]).toEqual([1, 0, 4]);
  });

  test('skips validity for a run without thresholds, because nothing was judged', () => {
    const xml = junitOf({ lostByDashboard: 7 });
    expect(xml).toContain('<skipped>MEASURED: not judged. Undelivered: 7 of 24,000: lost 7.');
    expect([countOf(xml, 'testcase'), countOf(xml, 'skipped>')]).toEqual([1, 1]);
  });

  test('shows an interrupted run as an error that names the signal', () => {
    const xml = junitOf({ outcome: { kind: 'interrupted', signal: 'SIGINT' } });
    expect(xml).toContain('<error type="INTERRUPTED" message="INVALID: interrupted by SIGINT">');
  });

  test('shows a run that a threshold aborted as a failure, even if the whole run meets the threshold', () => {
    const xml = junitOf({
      thresholds: ['putToGet.p50 < 1s'],
      outcome: { kind: 'aborted', threshold: 'putToGet.p50 < 1s' },
    });
    expect(countOf(xml, 'failure')).toBe(1);
    expect(xml).toContain('stopped by the threshold putToGet.p50 &lt; 1s');
  });

  test('has a suite for each of several results', async () => {
    const result = exampleResult(MIXED);
    const xml = renderJunit([
      { name: 'a', result },
      { name: 'b', result },
    ]);
    expect(countOf(xml, 'testsuite ')).toBe(2);
    expect(xml).toMatch(/<testsuites name="streamgauge" tests="10" failures="2" errors="0" time="24\.000">/);
    expect(await schemaErrors(xml)).toEqual([]);
  });

  test('is well-formed whatever the names contain', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(text, text, async (name, reason) => {
        const example = exampleResult({ recordsPerSecond: 1, steadySeconds: 1 });
        const result: Result = {
          ...example,
          verdict: { kind: 'failed', thresholds: [{ text: name, actual: null, holds: null, reason }] },
          outcome: { kind: 'failed', code: 'X', message: reason },
        };
        expect(await schemaErrors(renderJunit([{ name, result }]))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('drops control characters from names', () => {
    const xml = renderJunit([
      { name: 'a\u0000b\u001b[31mc\uFFFEd\uD800e', result: exampleResult({ steadySeconds: 1 }) },
    ]);
    expect(xml).toContain('name="streamgauge.ab[31mcde"');
  });
});
