import { readFileSync } from 'node:fs';
import { ExitCode } from '../../errors/exit-code.ts';
import { formatCount } from '../../reports/format/numbers.ts';
import { hanging, paint, styled, textOf } from '../../reports/text/render-lines.ts';
import { renderTable } from '../../reports/text/render-table.ts';
import { parseScenario } from '../../workloads/parse.ts';
import { listReadyMade } from '../../workloads/ready-made.ts';
import type { Phase, Scenario } from '../../workloads/scenario.ts';
import { scheduleEndNs } from '../../workloads/schedule.ts';
import { formatClock } from '../live/format-clock.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';

interface ListedScenario {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  /** Highest rate that all workloads together reach. */
  readonly ratePerSecond: number;
  readonly durationNs: number;
}

export async function commandList({ json }: { readonly json?: boolean | undefined }): Promise<ExitCode> {
  const scenarios = listReadyMade().map(({ name, title, file }) => {
    const scenario = parseScenario(readFileSync(file, 'utf8'), { file });
    return { name, title, file, ratePerSecond: highestRate(scenario), durationNs: scheduleEndNs(scenario.workloads) };
  });
  const text = json === true ? JSON.stringify(scenarios, undefined, 2) : renderList(scenarios);
  process.stdout.write(`${text}\n`);
  return ExitCode.passed;
}

function renderList(scenarios: readonly ListedScenario[]): string {
  const width = Math.min(120, widthOf(process.stdout));
  const rows = [
    { cells: ['name', 'rate', 'time'], title: 'what it is' },
    ...scenarios.map(({ name, ratePerSecond, durationNs, title }) => ({
      cells: [name, `${formatCount(ratePerSecond)}/s`, formatClock(durationNs)],
      title,
    })),
  ];
  const columns = renderTable(
    rows.map(({ cells }) => cells),
    { align: ['left', 'right'], indent: 0 },
  );
  const lines = rows.flatMap(({ title }, index) => {
    const text = `${columns[index]!.map(textOf).join('')}  `;
    return index === 0 ? hanging(styled('dim', text), title, width, 'dim') : hanging(text, title, width);
  });
  // Lines are whole, also on a terminal too narrow for them.
  return paint(lines, { colours: wantsColours(process.stdout), width: Number.POSITIVE_INFINITY });
}

/** Between two edges of phases every rate is a straight line, so the sum is highest at an edge, seen from one side. */
function highestRate({ workloads }: Scenario): number {
  const edges = workloads.flatMap(({ phases }) => phases.flatMap((p) => [p.startNs, p.startNs + p.durationNs]));
  const times = [...new Set(edges)].sort((left, right) => left - right);
  let highest = 0;
  for (const [index, fromNs] of times.entries()) {
    const toNs = times[index + 1] ?? fromNs;
    const running = workloads.flatMap(({ phases }) => phases.filter((p) => isOn(p, (fromNs + toNs) / 2)));
    const sumAt = (ns: number) => running.reduce((sum, phase) => sum + rateAt(phase, ns), 0);
    highest = Math.max(highest, sumAt(fromNs), sumAt(toNs));
  }
  return highest;
}

function isOn({ startNs, durationNs: lengthNs }: Phase, ns: number): boolean {
  return ns > startNs && ns < startNs + lengthNs;
}

function rateAt({ startNs, durationNs: lengthNs, fromPerSecond, toPerSecond }: Phase, ns: number): number {
  return fromPerSecond + ((toPerSecond - fromPerSecond) * (ns - startNs)) / lengthNs;
}
