import { ExitCode } from '../../errors/exit-code.ts';
import {
  type CommandDefinition,
  type CommandLineDefinition,
  type OptionDefinition,
  usageLines,
} from '../commands/command-definitions.ts';
import { optionHead } from '../commands/render-help.ts';
import { ENVIRONMENT } from './environment.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import { code, escaped, page, sentence, table } from './markdown.ts';

export function commandsPage({ describe, commands, examples }: CommandLineDefinition): string {
  return page(
    'Commands',
    escaped(describe),
    'Options come before or after operands, as `--name value` or `--name=value`. If an option that takes one value is ' +
      'given twice, the last one counts. `streamgauge --version` prints the version; `--help` works with every command.',
    table(
      ['command', 'what it does'],
      commands.map(({ name, describe }) => [`[${code(name)}](#${name.replaceAll(' ', '-')})`, sentence(describe)]),
    ),
    examplesText({ examples }),
    ...commands.flatMap(commandSection),
    '## Exit codes',
    table(
      ['code', 'meaning'],
      Object.entries(ExitCode).map(([name, number]) => [
        code(String(number)),
        EXIT_CODE_MEANINGS[name as keyof typeof ExitCode],
      ]),
    ),
    '## Environment',
    table(
      ['variable', 'meaning'],
      ENVIRONMENT.map(([name, meaning]) => [code(name), meaning]),
    ),
    '## Shell completion',
    'The script of [`streamgauge completion`](#completion) completes commands, options and choices. The shell completes file names.',
  );
}

function commandSection(command: CommandDefinition): string[] {
  return [
    `## ${command.name}`,
    sentence(escaped(command.describe)),
    `\`\`\`console\n${usageLines(command).join('\n')}\n\`\`\``,
    ...(command.operands.length === 0
      ? []
      : [
          table(
            ['operand', 'meaning', 'default'],
            command.operands.map((operand) => row(operand, operand.name)),
          ),
        ]),
    ...command.groups.flatMap(({ title, options }) => [
      command.groups.length > 1 ? `### ${command.name}: ${title}` : '',
      table(
        ['option', 'meaning', 'default'],
        options.map((option) => row(option, optionHead(option))),
      ),
    ]),
    conflictsText(command),
    examplesText(command),
  ];
}

function examplesText({ examples }: Pick<CommandDefinition, 'examples'>): string {
  const lines = examples.flatMap(({ command, describe }) => [`# ${describe}`, command]);
  return examples.length === 0 ? '' : `Examples:\n\n\`\`\`console\n${lines.join('\n')}\n\`\`\``;
}

function row(option: OptionDefinition, name: string): string[] {
  return [code(name), optionText(option), defaultText(option.default ?? '')];
}

/** A value as code; words such as `half of it` as text. */
const defaultText = (text: string): string => (text.includes(' ') ? text : code(text));

/** The description of an option with what the definition adds to it: choices, needs, and whether it may be repeated. */
export function optionText(option: OptionDefinition): string {
  const notes = [
    sentence(option.describe),
    option.choices.length > 0 ? `One of ${option.choices.map(code).join(', ')}.` : '',
    option.needs.length > 0 ? `Needs ${option.needs.map((name) => code(`--${name}`)).join(' and ')}.` : '',
    option.isRequired ? 'Required.' : '',
    option.isRepeatable && !/repeat|given again|more than one/u.test(option.describe) ? 'Repeatable.' : '',
  ];
  return notes.filter((note) => note !== '').join(' ');
}

function conflictsText({ conflicts }: CommandDefinition): string {
  const pairs = conflicts.map(([one, other]) => `${code(`--${one}`)} and ${code(`--${other}`)}`);
  return pairs.length === 0 ? '' : `These exclude each other: ${pairs.join('; ')}.`;
}
