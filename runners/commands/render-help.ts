import { joinSections, type Line, paint, type RenderOptions, styled, wrap } from '../../reports/text/render-lines.ts';
import {
  type CommandDefinition,
  type CommandLineDefinition,
  type OptionDefinition,
  usageLines,
} from './command-definitions.ts';

/** Heads of options are padded to the longest one, but not beyond this width. */
const HEAD_COLUMNS_MAX = 28;
const INDENT = '  ';

interface Entry {
  readonly head: string;
  readonly text: string;
  /** Text in parentheses after the description. */
  readonly notes?: string;
}

/** The text of `streamgauge --help`. */
export function renderProgramHelp(definition: CommandLineDefinition, options: RenderOptions): string {
  const { describe, epilogue, commands, examples } = definition;
  const topLevel = commands.filter(({ name }) => !name.includes(' '));
  const general = [
    { head: '-h, --help', text: 'Show help, also of a command: streamgauge run --help' },
    { head: '--version', text: 'Show the version' },
  ];
  return paintSections(
    [
      wrapped(describe, options),
      section('Usage', [[`${INDENT}streamgauge <command> [options]`]]),
      section(
        'Commands',
        entries(
          topLevel.map(({ name, describe }) => ({ head: name, text: describe })),
          options,
        ),
      ),
      section('Options', entries(general, options)),
      section('Examples', exampleLines(examples, options)),
      epilogue.split('\n').map((line) => [line]),
    ],
    options,
  );
}

/** The text of `streamgauge <command> --help`. */
export function renderCommandHelp(
  command: CommandDefinition,
  subcommands: readonly CommandDefinition[],
  options: RenderOptions,
): string {
  const { describe, operands, groups, examples } = command;
  const groupsWithHelp = [
    ...groups
      .filter(({ title }) => title !== 'Options')
      .map(({ title, options: own }) => ({ title, entries: own.map(optionEntry) })),
    {
      title: 'Options',
      entries: [
        ...(groups.find(({ title }) => title === 'Options')?.options ?? []).map(optionEntry),
        { head: '-h, --help', text: 'Show this help' },
      ],
    },
  ];
  const columns = headColumns(groupsWithHelp.flatMap((group) => group.entries));
  return paintSections(
    [
      wrapped(`${describe}.`, options),
      section(
        'Usage',
        usageLines(command).map((line) => [`${INDENT}${line}`]),
      ),
      section(
        'Commands',
        entries(
          subcommands.map(({ name, describe }) => ({ head: name, text: describe })),
          options,
        ),
      ),
      section(
        'Arguments',
        entries(
          operands.map((operand) => ({ ...optionEntry({ ...operand, isRepeatable: false }), head: operand.name })),
          options,
        ),
      ),
      ...groupsWithHelp.map(({ title, entries: own }) => section(title, entries(own, options, columns))),
      section('Examples', exampleLines(examples, options)),
    ],
    options,
  );
}

/** `--out <folder>`, or `--json`. */
export function optionHead({ name, valueName }: OptionDefinition): string {
  return valueName === undefined ? `--${name}` : `--${name} <${valueName}>`;
}

const optionEntry = (option: OptionDefinition): Entry => ({
  head: optionHead(option),
  text: option.describe,
  notes: notesOf(option),
});

function notesOf({ isRequired, isRepeatable, choices, needs, default: standard }: OptionDefinition): string {
  const notes = [
    isRequired ? 'required' : '',
    choices.length > 0 ? `one of ${choices.join(', ')}` : '',
    needs.length > 0 ? `needs ${needs.map((name) => `--${name}`).join(' and ')}` : '',
    isRepeatable ? 'repeatable' : '',
    standard === undefined ? '' : `default ${standard}`,
  ].filter((note) => note !== '');
  return notes.length === 0 ? '' : `(${notes.join('; ')})`;
}

function headColumns(all: readonly Entry[]): number {
  return Math.min(HEAD_COLUMNS_MAX, Math.max(0, ...all.map(({ head }) => head.length)));
}

/** Heads with their texts in two columns. A head that is too long has a line of its own. */
function entries(all: readonly Entry[], { width }: RenderOptions, columns = headColumns(all)): Line[] {
  const indent = ' '.repeat(columns + 2 * INDENT.length);
  return all.flatMap(({ head, text, notes = '' }): Line[] => {
    const texts = withNotes(text, notes, width - indent.length);
    if (head.length > columns) return [[`${INDENT}${head}`], ...texts.map((line): Line => [`${indent}${line}`])];
    const start = `${INDENT}${head.padEnd(columns)}${INDENT}`;
    return texts.map((line, index): Line => [index === 0 ? start : indent, line]);
  });
}

/** Wraps a description. Its notes stay together: on its last line if they fit there, else on a line of their own. */
function withNotes(text: string, notes: string, width: number): string[] {
  const lines = wrap(text, width);
  const last = lines.at(-1) ?? '';
  if (notes === '') return lines;
  if (last.length + 1 + notes.length <= width) return [...lines.slice(0, -1), `${last} ${notes}`];
  return [...lines, ...wrap(notes, width)];
}

function exampleLines(examples: CommandDefinition['examples'], { width }: RenderOptions): Line[] {
  return examples.flatMap(({ command, describe }): Line[] => [
    [INDENT, styled('dim', `# ${describe}`)],
    ...commandLines(command, width - INDENT.length).map((line): Line => [`${INDENT}${line}`]),
  ]);
}

/** Breaks a long command line before its options, so that a shell accepts it as it is shown. */
function commandLines(command: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of command.split(/ (?=--)/u)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= width - 2) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(last === undefined ? part : `  ${part}`);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

function section(title: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : [[styled('bold', `${title}:`)], ...lines];
}

const wrapped = (text: string, { width }: RenderOptions): Line[] => wrap(text, width).map((line) => [line]);

/** Lines are never cut: a narrow terminal wraps them. */
function paintSections(sections: readonly Line[][], { colours }: RenderOptions): string {
  return paint(joinSections(sections), { colours, width: Number.POSITIVE_INFINITY });
}
