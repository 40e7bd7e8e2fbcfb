import { ExitCode } from '../../errors/exit-code.ts';
import type { CommandDefinition, CommandLineDefinition, OptionDefinition } from '../commands/command-definitions.ts';
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
    '## Examples',
    table(
      ['command line', 'what it does'],
      examples.map(({ command, describe }) => [code(command), describe]),
    ),
    '## Completion',
    'The command `completion` prints a script for the shell that `SHELL` names. It completes commands, options and choices; file names ' +
      'come from the shell.',
    table(
      ['shell', 'setup'],
      [
        ['bash', code('SHELL=bash streamgauge completion >> ~/.bashrc')],
        ['zsh', code('SHELL=zsh streamgauge completion >> ~/.zshrc')],
        ['fish', code('SHELL=fish streamgauge completion > ~/.config/fish/completions/streamgauge.fish')],
      ],
    ),
  );
}

function commandSection(command: CommandDefinition): string[] {
  const width = Math.max(...command.forms.map(({ line }) => line.length));
  const usage = command.forms.map(({ line, describe }) => {
    return `streamgauge ${describe === '' ? `${line} [options]` : `${line.padEnd(width)}  # ${describe}`}`;
  });
  return [
    `## ${command.name}`,
    sentence(escaped(command.describe)),
    `\`\`\`console\n${usage.join('\n')}\n\`\`\``,
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
        options.map((option) => row(option, `--${option.name}`)),
      ),
    ]),
    conflictsText(command),
  ];
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
