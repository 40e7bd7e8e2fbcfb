import { wrap } from '../../reports/text/render-lines.ts';
import { type Colour, paint } from '../terminal/colours.ts';
import { type Finding, type FindingStatus, isFit } from './doctor-finding.ts';

const SIGNS: Readonly<Record<FindingStatus, { readonly sign: string; readonly colour: Colour }>> = {
  good: { sign: '✔', colour: 'green' },
  warning: { sign: '!', colour: 'yellow' },
  bad: { sign: '✘', colour: 'red' },
  unknown: { sign: '-', colour: 'dim' },
};

const NAME_COLUMNS = 14;
const INDENT_COLUMNS = NAME_COLUMNS + 2;

export interface DoctorStyle {
  readonly width: number;
  readonly colours: boolean;
}

/** Renders sign, name and value, and below them the meaning and the recommended action. */
export function renderFinding({ name, status, value, means, todo }: Finding, { width, colours }: DoctorStyle): string {
  const { sign, colour } = SIGNS[status];
  const room = width - INDENT_COLUMNS;
  const meaning = wrap(means, room).map((line) => paint(line, 'dim', colours));
  const rest = todo === undefined ? meaning : [...meaning, ...wrap(todo, room)];
  const head = `${paint(sign, colour, colours)} ${name.padEnd(NAME_COLUMNS)}${value}`;
  return [head, ...rest.map((line) => ' '.repeat(INDENT_COLUMNS) + line)].join('\n');
}

export function renderDoctorVerdict(findings: readonly Finding[], { colours }: DoctorStyle): string {
  const bad = findings.filter((finding) => finding.status === 'bad').map((finding) => finding.name);
  const warnings = findings.filter((finding) => finding.status === 'warning').map((finding) => finding.name);
  if (!isFit(findings)) return `${paint('Not fit to measure', 'red', colours)}: ${bad.join(', ')}.`;
  if (warnings.length === 0) return `${paint('Fit to measure.', 'green', colours)}`;
  return `${paint('Fit to measure', 'green', colours)}, but could be better: ${warnings.join(', ')}.`;
}
