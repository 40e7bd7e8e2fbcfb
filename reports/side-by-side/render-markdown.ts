import { code, escapeMarkdown, folded, markdownTable } from '../export/markdown-text.ts';
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

const GUARANTEES = ['durability', 'order', 'delivery'] as const;

/** Renders GitHub Markdown in the order of the terminal: what is unfair, guarantees, cost, numbers, and the rounds folded. */
export function renderSideBySideMarkdown(comparison: SideBySide, rounds: readonly RoundResult[]): string {
  const { scenario, sides, sentences, base } = comparison;
  const ending = endingText(comparison);
  const parts = [
    `## ${code(scenario.name)} on ${sides.map(({ name }) => code(name)).join(', ')}`,
    ...sentences.map((sentence) => `**${escapeMarkdown(sentence)}**`),
    ...numbersNotes(comparison).map((note) => `> ${escapeMarkdown(note)}`),
    escapeMarkdown(`${roundsText(comparison)}.${ending === undefined ? '' : ` ${ending}`}`),
    markdownTable(
      [
        ['', 'target', 'given as'],
        ...sides.map(({ name, place, given }) => [code(name), escapeMarkdown(place), code(given)]),
      ],
      ['left'],
    ),
    ...unfairPart(comparison),
    '### What each guarantees',
    markdownTable(
      [
        ['', ...sides.map(({ name }) => code(name))],
        ...GUARANTEES.map((topic) => [
          topic,
          ...sides.map(({ facts }) => escapeMarkdown(facts?.[topic] ?? 'not stated')),
        ]),
      ],
      ['left'],
    ),
    ...costPart(comparison),
    ...numberParts(comparison),
    ...(base === null ? [] : [escapeMarkdown([intervalNote, markNote(comparison) ?? ''].join(' ').trim())]),
    roundPart(rounds),
  ];
  return `${parts.join('\n\n')}\n`;
}

function unfairPart({ unfair, base }: SideBySide): string[] {
  if (base === null) return [];
  if (unfair.length === 0) return ['Nothing was found that makes this unfair.'];
  const rows = unfair.map(({ topic, found, fix }) => [topic, escapeMarkdown(found), escapeMarkdown(fix)]);
  return ['### What makes this unfair', markdownTable([['topic', 'found', 'to make it fair'], ...rows], ['left'])];
}

function costPart({ sides }: SideBySide): string[] {
  if (sides.every(({ cost }) => cost === null)) return [];
  const rows = sides.map((side) => [code(side.name), ...costCells(side).map(escapeMarkdown)]);
  const table = markdownTable([['', ...COST_HEAD], ...rows], ['left', 'right', 'right', 'right', 'left']);
  return ['### What each costs', table, escapeMarkdown(COST_NOTE)];
}

function numberParts(comparison: SideBySide): string[] {
  const { base, sides } = comparison;
  if (base === null) return [];
  const others = sides.filter(({ name, validRounds }) => name !== base && validRounds > 0).map(({ name }) => name);
  const names = [base, ...others];
  return numberTables(comparison, names).flatMap((table) => [
    `### ${table.title}`,
    `${table.note}; changes are compared with ${code(base)}`,
    tableOf(table, names),
  ]);
}

function tableOf({ rows }: NumberTable, names: readonly string[]): string {
  const body = rows.map(({ label, cells }) => [escapeMarkdown(label), ...cells.map(cellText)]);
  return markdownTable([['', ...names.map(code)], ...body], ['left', 'right']);
}

/** `1.31ms (-98%, -98.2 to -98.1%)` */
function cellText({ value, isFault, change, range }: NumberCell): string {
  const text = isFault ? `**${value}**` : value.replace('*', '\\*');
  if (change === '') return text;
  return `${text} (${range === '' ? change : `${change}, ${range}`})`;
}

function roundPart(rounds: readonly RoundResult[]): string {
  const rows = rounds.map(({ round, result }) => {
    const isValid = round.outcome.kind === 'valid' && result !== undefined;
    const numbers = isValid ? roundNumbers(result) : ['-', '-', '-'];
    return [String(round.round), code(round.side), ...numbers, escapeMarkdown(outcomeText(round.outcome))];
  });
  const head = ['round', 'target', 'p50', 'p99', 'achieved', 'outcome'];
  const table = markdownTable([head, ...rows], ['right', 'left', 'right', 'right', 'right', 'left']);
  return folded(`${rounds.length} runs, in the order in which they ran`, table);
}
