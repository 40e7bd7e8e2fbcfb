import type { Effect } from '../compare/comparison.ts';
import {
  hanging,
  joinSections,
  type Line,
  paint,
  printable,
  type RenderOptions,
  type Segment,
  type Style,
  styled,
} from '../text/render-lines.ts';
import { renderTable } from '../text/render-table.ts';
import { takeColumns } from '../text/text-width.ts';
import { COST_HEAD, COST_NOTE, costCells } from './cost-text.ts';
import { type NumberCell, type NumberTable, numberTables } from './number-tables.ts';
import {
  endingText,
  intervalNote,
  markNote,
  numbersNotes,
  outcomeText,
  roundNumbers,
  roundsText,
} from './round-text.ts';
import type { RoundResult, SideBySide } from './side-by-side.ts';

const WIDTH_MAX = 80;
const NAME_COLUMNS_MAX = 16;
/** Two targets have their change beside them; more have it below, and so many fit beside the base. */
const OTHERS_MAX = 3;

const EFFECT_STYLES: Readonly<Record<Effect, Style | undefined>> = {
  slower: 'bad',
  faster: 'good',
  same: 'dim',
  unknown: undefined,
};

export interface SideBySideOptions extends RenderOptions {
  /** Where the comparison is saved. */
  readonly savedAs?: string;
}

/** Renders a comparison for a terminal: what makes it unfair and what each target guarantees come before any number. */
export function renderSideBySide(
  comparison: SideBySide,
  rounds: readonly RoundResult[],
  options: SideBySideOptions,
): string {
  const width = Math.min(WIDTH_MAX, options.width);
  const { savedAs } = options;
  const sections = [
    headLines(comparison, width),
    unfairLines(comparison, width),
    guaranteeLines(comparison, width),
    costLines(comparison, width),
    ...numberSections(comparison, width),
    roundLines(rounds, width),
    [
      ...comparison.sentences.flatMap((sentence) => hanging('', sentence, width, 'bold')),
      ...numbersNotes(comparison).flatMap((note) => hanging('', note, width, 'warn')),
      ...hangingIf(intervalNote(comparison), width),
      ...hangingIf(markNote(comparison), width),
    ],
    savedAs === undefined ? [] : hanging(styled('bold', 'Result  '), printable(savedAs), width),
  ];
  return paint(joinSections(sections), { ...options, width });
}

const hangingIf = (text: string | undefined, width: number): Line[] =>
  text === undefined ? [] : hanging('', text, width, 'dim');

const shortName = (name: string): string => takeColumns(printable(name), NAME_COLUMNS_MAX);

function headLines(comparison: SideBySide, width: number): Line[] {
  const { scenario, sides } = comparison;
  const ending = endingText(comparison);
  const column = Math.max(...sides.map(({ name }) => shortName(name).length)) + 2;
  return [
    ...hanging('', `${scenario.name} on ${sides.length} targets`, width, 'bold'),
    ...hanging('  ', roundsText(comparison), width),
    ...(ending === undefined ? [] : hanging('  ', ending, width, 'warn')),
    ...sides.flatMap(({ name, place, given }) =>
      hanging(styled('bold', `  ${shortName(name).padEnd(column)}`), `${place} (${given})`, width),
    ),
  ];
}

function unfairLines({ unfair, base }: SideBySide, width: number): Line[] {
  if (base === null) return [];
  if (unfair.length === 0) return [[styled('bold', 'Unfair  '), 'Nothing was found that makes this unfair.']];
  const title: Line = [styled('bold', 'What makes this unfair'), styled('dim', '  read it before the numbers')];
  return [
    title,
    ...unfair.flatMap(({ topic, found, fix }) => [
      ...hanging(styled('warn', `  ${topic.padEnd(TOPIC_COLUMNS)}`), found, width),
      ...hanging(`${' '.repeat(TOPIC_COLUMNS + 2)}→ `, fix, width, 'dim'),
    ]),
  ];
}

const TOPIC_COLUMNS = 14;
const GUARANTEES = ['durability', 'order', 'delivery'] as const;

function guaranteeLines({ sides }: SideBySide, width: number): Line[] {
  const column = Math.max(...sides.map(({ name }) => shortName(name).length)) + 2;
  return [
    [styled('bold', 'What each guarantees')],
    ...GUARANTEES.flatMap((topic) =>
      sides.flatMap(({ name, facts }, index) =>
        hanging(
          `  ${(index === 0 ? topic : '').padEnd(12)}${shortName(name).padEnd(column)}`,
          facts?.[topic] ?? 'not stated',
          width,
        ),
      ),
    ),
  ];
}

function costLines({ sides }: SideBySide, width: number): Line[] {
  const isKnown = sides.some(({ cost }) => cost !== null);
  if (!isKnown) return [];
  const rows = sides.map((side): Segment[] => {
    const [hour, month, million] = costCells(side);
    return [shortName(side.name), hour, month, million];
  });
  const head = ['', ...COST_HEAD.slice(0, 3)].map((text) => styled('dim', text));
  const table = renderTable([head, ...rows], { align: ['left', 'right', 'right', 'right'] });
  return [
    [styled('bold', 'What each costs')],
    ...table,
    ...sides.flatMap((side) => hanging('  ', `${shortName(side.name)}: ${costCells(side)[3]}`, width, 'dim')),
    ...hanging('  ', COST_NOTE, width, 'dim'),
  ];
}

function numberSections(comparison: SideBySide, width: number): Line[][] {
  const { base, sides } = comparison;
  if (base === null) return [];
  const others = sides.filter(({ name, validRounds }) => name !== base && validRounds > 0).map(({ name }) => name);
  const sections: Line[][] = [];
  for (let first = 0; first < others.length; first += OTHERS_MAX) {
    const names = [base, ...others.slice(first, first + OTHERS_MAX)];
    sections.push(...numberTables(comparison, names).map((table) => tableLines(table, names, width)));
  }
  return sections;
}

function tableLines({ title, note, rows }: NumberTable, names: readonly string[], width: number): Line[] {
  const isPair = names.length === 2;
  const [base = '', other = ''] = names.map(shortName);
  const head = (isPair ? ['', base, other, `${other}/${base}`, '95% interval'] : ['', ...names.map(shortName)]).map(
    (text) => styled('dim', text),
  );
  const lines = rows.flatMap(({ label, cells }): Segment[][] =>
    isPair ? [pairRow(label, cells)] : [[printable(label), ...cells.map(valueSegment)], ...changeRow(cells, base)],
  );
  return [
    ...hanging(styled('bold', `${title}  `), note, width, 'dim'),
    ...renderTable([head, ...lines], { align: ['left', 'right'] }),
  ];
}

function pairRow(label: string, cells: readonly NumberCell[]): Segment[] {
  const [first, second] = cells as [NumberCell, NumberCell];
  return [
    printable(label),
    valueSegment(first),
    valueSegment(second),
    changeSegment(second, second.change),
    styled('dim', second.range),
  ];
}

/** The changes of three targets or more, below their values; nothing if no number has one. */
function changeRow(cells: readonly NumberCell[], base: string): Segment[][] {
  if (cells.every(({ change }) => change === '')) return [];
  return [
    [
      styled('dim', `  to ${base}`),
      ...cells.map((cell) => changeSegment(cell, cell.range === '' ? cell.change : cell.range)),
    ],
  ];
}

const valueSegment = ({ value, isFault }: NumberCell): Segment => (isFault ? styled('bad', value) : value);

function changeSegment({ effect }: NumberCell, text: string): Segment {
  const style = EFFECT_STYLES[effect];
  return style === undefined ? text : styled(style, text);
}

function roundLines(rounds: readonly RoundResult[], width: number): Line[] {
  const invalid = rounds.filter(({ round }) => round.outcome.kind !== 'valid');
  const rows = rounds.map(({ round, result }): Segment[] => {
    const numbers = round.outcome.kind === 'valid' && result !== undefined ? roundNumbers(result) : ['-', '-', '-'];
    const kind = round.outcome.kind === 'invalid' || round.outcome.kind === 'failed' ? round.outcome.kind : '';
    return [String(round.round), shortName(round.side), ...numbers, styled('bad', kind.toUpperCase())];
  });
  const head = ['', 'target', 'p50', 'p99', 'achieved', ''].map((text) => styled('dim', text));
  return [
    [styled('bold', 'Rounds'), styled('dim', '  in the order in which they ran')],
    ...renderTable([head, ...rows], { align: ['right', 'left', 'right', 'right', 'right', 'left'] }),
    ...invalid.flatMap(({ round }) =>
      hanging(`  round ${round.round} of ${shortName(round.side)}: `, outcomeText(round.outcome), width, 'dim'),
    ),
  ];
}
