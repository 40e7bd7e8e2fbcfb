import { type CaseOutcome, junitText, type Suite } from '../export/junit.ts';
import { deliverySums } from './delivery-sums.ts';
import { gateFindings } from './findings.ts';
import type { GateResult } from './gate-result.ts';
import { falseAlarmText, verdictSentences } from './render-gate.ts';

/** A gate with its name. */
export interface NamedGate {
  readonly name: string;
  readonly result: GateResult;
}

/**
 * Renders each gate as a suite of one test case, for CI servers. FAIL is a failure. INCONCLUSIVE and INVALID are errors, because
 * they do not describe the candidate and must not look like a pass.
 */
export function renderGateJunit(gates: readonly NamedGate[]): string {
  return junitText(gates.map(suiteOf));
}

function suiteOf({ name, result }: NamedGate): Suite {
  const { scenario, sides, rules, startedAt, finishedAt, environment, toolVersion, verdict } = result;
  const delivery = deliverySums(result.pairs);
  const durationSeconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1e3;
  return {
    name: `streamgauge.gate.${name}`,
    startedAt: startedAt.replace(/\.\d+Z$|Z$/u, ''),
    durationSeconds,
    properties: {
      scenario: scenario.name,
      scenarioHash: scenario.hash,
      seed: String(scenario.seed),
      baseline: sides.baseline,
      candidate: sides.candidate,
      pairs: String(result.pairs.length),
      baselineUndelivered: `${delivery.baseline.undeliveredRecords} of ${delivery.baseline.owedRecords}`,
      candidateUndelivered: `${delivery.candidate.undeliveredRecords} of ${delivery.candidate.owedRecords}`,
      verdict: verdict.kind,
      version: toolVersion,
      machine: `${environment.cores} x ${environment.cpuModel}`,
      node: environment.nodeVersion,
    },
    cases: [{ name: rules.metric.name, seconds: durationSeconds, outcome: outcomeOf(result) }],
  };
}

function outcomeOf(result: GateResult): CaseOutcome {
  const { kind, reason } = result.verdict;
  if (kind === 'pass') return { kind: 'passed' };
  const [message = '', ...rest] = verdictSentences(result, gateFindings(result));
  const detail = [...rest, `False alarms: ${falseAlarmText(result)}`].join('\n');
  return {
    kind: kind === 'fail' ? 'failure' : 'error',
    type: reason,
    message: `${kind.toUpperCase()}: ${message}`,
    detail,
  };
}
