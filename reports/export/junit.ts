import type { NamedResult } from '../result/named-result.ts';
import type { Result, ThresholdVerdict } from '../result/result.ts';
import { HOW_TO_JUDGE, remarksOn, thresholdText } from '../text/delivery-text.ts';
import { actualText, markOf, outcomeText, sentence, verdictReason } from '../text/render-verdict.ts';

const SUITE = 'streamgauge';

/**
 *   threshold holds                     passed
 *   threshold does not hold             failure
 *   threshold could not be judged       skipped, with the reason
 *   any threshold of an invalid run     skipped: its numbers prove nothing
 *   validity                            error when the verdict is INVALID, skipped when the run was not judged (MEASURED)
 *
 * An error means that the run does not describe the target. A failure means that the target does not meet a threshold.
 */
export type CaseOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string; readonly detail: string }
  | { readonly kind: 'skipped'; readonly reason: string };

interface TestCase {
  readonly name: string;
  readonly seconds: number;
  readonly outcome: CaseOutcome;
}

/**
 * Renders JUnit XML for CI servers: one suite for each result, with one test case for each threshold and one for validity.
 * Times are in seconds. The case for validity has the time of the run, so that the cases add up to the suite.
 */
export function renderJunit(results: readonly NamedResult[]): string {
  return junitText(results.map(suiteOf));
}

/** Wraps suites of any kind into a document. */
export function junitText(suites: readonly Suite[]): string {
  const total = (count: (suite: Suite) => number) => suites.reduce((sum, suite) => sum + count(suite), 0);
  const head = attributes({
    name: SUITE,
    tests: total(({ cases }) => cases.length),
    failures: total((suite) => countOf(suite, 'failure')),
    errors: total((suite) => countOf(suite, 'error')),
    time: seconds(total(({ durationSeconds }) => durationSeconds)),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

export interface Suite {
  readonly name: string;
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly TestCase[];
}

function suiteOf({ name, result }: NamedResult): Suite {
  const durationSeconds = (result.series.at(-1)?.endNs ?? 0) / 1e9;
  const { scenario, seed, scenarioHash, tool, environment } = result;
  return {
    name: `${SUITE}.${name}`,
    startedAt: result.startedAt.replace(/\.\d+Z$|Z$/u, ''),
    durationSeconds,
    properties: {
      scenario: scenario.name,
      scenarioHash,
      seed: String(seed),
      target: scenario.target.kind,
      verdict: result.verdict.kind,
      version: tool.version,
      machine: `${environment.cores} x ${environment.cpuModel}`,
      node: environment.nodeVersion,
    },
    cases: [
      { name: 'validity', seconds: durationSeconds, outcome: validityOutcome(result) },
      ...result.verdict.thresholds.map((threshold) => ({
        name: thresholdText(threshold),
        seconds: 0,
        outcome: thresholdOutcome(threshold),
      })),
    ],
  };
}

function validityOutcome(result: Result): CaseOutcome {
  const { verdict, validity, outcome } = result;
  if (verdict.kind === 'invalid') {
    const type =
      validity.reasons[0]?.code ?? (outcome.kind === 'completed' ? 'NOT_JUDGED' : outcome.kind.toUpperCase());
    const reasons = validity.reasons.map(({ code, what, fix }) => `${code} ${what} Fix: ${fix}`);
    const detail = [...reasons, ...(result.partial ? [sentence(outcomeText(outcome))] : [])].join('\n');
    return { kind: 'error', type, message: `INVALID: ${verdictReason(result)}`, detail };
  }
  if (verdict.kind === 'measured') {
    const remarks = remarksOn(result).map(({ text }) => text);
    return { kind: 'skipped', reason: ['MEASURED: not judged.', ...remarks, HOW_TO_JUDGE].join(' ') };
  }
  // When a threshold aborted the run, the part that was measured may meet all thresholds. The run has failed all the same.
  const hasFailedThreshold = verdict.thresholds.some(({ holds }) => holds === false);
  if (outcome.kind !== 'aborted' || hasFailedThreshold) return { kind: 'passed' };
  return { kind: 'failure', type: 'ABORTED', message: `the run was ${outcomeText(outcome)}`, detail: '' };
}

function thresholdOutcome(threshold: ThresholdVerdict): CaseOutcome {
  const { reason, worstWindow } = threshold;
  const actual = actualText(threshold);
  switch (markOf(threshold)) {
    case 'unknown':
      return { kind: 'skipped', reason: `could not be judged: ${reason ?? 'too little was measured'}` };
    case 'neutral':
      return { kind: 'skipped', reason: `the run is invalid; measured ${actual}, which proves nothing` };
    case 'holds':
      return { kind: 'passed' };
    case 'fails':
  }
  const window =
    worstWindow === undefined
      ? ''
      : `\nworst from ${seconds(worstWindow.startNs / 1e9)} s to ${seconds(worstWindow.endNs / 1e9)} s`;
  return {
    kind: 'failure',
    type: 'THRESHOLD',
    message: `measured ${actual}`,
    detail: `${thresholdText(threshold)}: measured ${actual}${window}`,
  };
}

function suiteLines(suite: Suite, index: number): string[] {
  const head = attributes({
    name: suite.name,
    tests: suite.cases.length,
    failures: countOf(suite, 'failure'),
    errors: countOf(suite, 'error'),
    skipped: countOf(suite, 'skipped'),
    time: seconds(suite.durationSeconds),
    timestamp: suite.startedAt,
    id: index,
  });
  const properties = Object.entries(suite.properties).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>`,
  );
  return [
    `  <testsuite${head}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...suite.cases.map((testCase) => caseText(testCase, suite.name)),
    '  </testsuite>',
  ];
}

function caseText({ name, seconds: time, outcome }: TestCase, classname: string): string {
  const head = `    <testcase${attributes({ name, classname, time: seconds(time) })}`;
  switch (outcome.kind) {
    case 'passed':
      return `${head}/>`;
    case 'skipped':
      return `${head}>\n      <skipped>${escapeXml(outcome.reason)}</skipped>\n    </testcase>`;
    case 'failure':
    case 'error': {
      const { kind, type, message, detail } = outcome;
      return `${head}>\n      <${kind}${attributes({ type, message })}>${escapeXml(detail)}</${kind}>\n    </testcase>`;
    }
  }
}

function countOf({ cases }: Suite, kind: CaseOutcome['kind']): number {
  return cases.filter(({ outcome }) => outcome.kind === kind).length;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

function seconds(value: number): string {
  return value.toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Drops the characters that XML 1.0 cannot represent: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/gu, (character) => ENTITIES[character]!);
}
