import { formatBytes, formatDuration, formatRate, formatRatio } from '../format/numbers.ts';
import type { Result } from '../result/result.ts';
import { targetText } from '../text/target-text.ts';
import { html, type Markup } from './markup.ts';

const SHOWN_HASH_CHARACTERS = 24;

/** Renders the machine, the software and the scenario of each result: what a reader needs to reproduce the numbers. */
export function environmentSection(results: readonly Result[], labels: readonly string[]): Markup {
  const facts = results.map(factsOf);
  const names = [...new Set(facts.flatMap((own) => Object.keys(own)))];
  return html`<section class="card" id="environment"><h2>Environment</h2><div class="scroll"><table class="facts">
${results.length > 1 ? html`<thead><tr><th></th>${labels.map((label) => html`<th scope="col" class="text">${label}</th>`)}</tr></thead>` : undefined}
<tbody>${names.map((name) => html`<tr><th scope="row">${name}</th>${facts.map((own) => html`<td class="text">${own[name] ?? '-'}</td>`)}</tr>`)}</tbody></table></div></section>`;
}

function factsOf(result: Result): Record<string, string> {
  const { environment, harnessCeiling, scenario, summary, validity } = result;
  const { recordsPerSecond, cached } = harnessCeiling;
  const { scheduleLagP99Ns, loopDelayP99Ns, workerCpuRatio, otherCpuRatio } = validity.checks;
  const packages = Object.entries(environment.packages).map(([name, version]) => `${name} ${version}`);
  return {
    scenario: scenario.name,
    'scenario hash': result.scenarioHash.slice(0, SHOWN_HASH_CHARACTERS),
    seed: String(result.seed),
    target: targetText(result),
    workloads: scenario.workloads
      .map(({ name, producers }) => `${name} (${producers.count} ${producers.count === 1 ? 'producer' : 'producers'})`)
      .join(', '),
    consumers: scenario.consumers.map(({ name, kind }) => `${name} (${kind})`).join(', ') || 'none',
    started: `${result.startedAt.replace('T', ' ').replace(/\.\d+Z$/u, ' UTC')}`,
    'ran for': formatDuration(result.series.at(-1)?.endNs ?? 0),
    machine: `${environment.cores} x ${environment.cpuModel}, ${formatBytes(environment.memoryBytes)}, ${environment.kernel}`,
    software: `${result.tool.name} ${result.tool.version}, Node ${environment.nodeVersion}`,
    packages: packages.join(', '),
    ...(environment.gitCommit === undefined ? {} : { commit: environment.gitCommit }),
    'harness ceiling':
      recordsPerSecond === null
        ? 'not measured on this machine'
        : `${formatRate(recordsPerSecond)} with a no-op target${cached ? ' (cached)' : ''}; this run used ${formatRatio(summary.rate.achievedPerSecond / recordsPerSecond)} of it`,
    'generator lateness': scheduleLagP99Ns === null ? 'not measured' : `p99 ${formatDuration(scheduleLagP99Ns)}`,
    'loop delay': loopDelayP99Ns === null ? 'not measured' : `p99 ${formatDuration(loopDelayP99Ns)}`,
    'busiest worker': workerCpuRatio === null ? 'not measured' : `${formatRatio(workerCpuRatio)} of a core`,
    'other programs': otherCpuRatio === null ? 'not measured' : `${formatRatio(otherCpuRatio)} of the CPU`,
  };
}
