import { ExitCode } from '../../errors/exit-code.ts';
import type { CommandDefinition, CommandLineDefinition, OptionDefinition } from '../commands/command-definitions.ts';
import { optionText } from './commands-page.ts';
import { ENVIRONMENT } from './environment.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import { sentence } from './markdown.ts';

/** The manual page streamgauge(1), in the man macros of groff and mandoc. */
export function manPage({ describe, commands, examples }: CommandLineDefinition, version: string): string {
  const lines = [
    '.\\" Written by npm run docs:reference from the sources. Change those, not this file.',
    `.TH STREAMGAUGE 1 "" "streamgauge ${version}" "User Commands"`,
    '.SH NAME',
    'streamgauge \\- benchmark and load-test data streams',
    '.SH SYNOPSIS',
    '.B streamgauge',
    '.I COMMAND',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    text(describe),
    '.PP',
    `Options come before or after operands, as ${bold('--name')} ${italic('value')} or ${bold('--name')}=${italic('value')}.`,
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...Object.entries(ExitCode).flatMap(([name, code]) =>
      entry(bold(String(code)), EXIT_CODE_MEANINGS[name as keyof typeof ExitCode]),
    ),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => entry(bold(name), meaning)),
    '.SH EXAMPLES',
    ...examples.flatMap(({ command, describe }) => entry(bold(command), sentence(describe))),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(command: CommandDefinition): string[] {
  return [
    `.SS "${text(command.name)}"`,
    ...command.forms.flatMap(({ line, describe }, index) => [
      ...(index === 0 ? [] : ['.br']),
      `${bold('streamgauge')} ${text(line)}${describe === '' ? '' : ` \\(em ${text(describe)}`}`,
    ]),
    '.PP',
    text(sentence(command.describe)),
    ...command.operands.flatMap((operand) => entry(italic(operand.name), optionText(operand))),
    ...command.groups.flatMap(({ title, options }) => [
      ...(command.groups.length > 1 ? ['.PP', `${bold(title)}:`] : []),
      ...options.flatMap((option) => entry(optionHead(option), `${optionText(option)}${defaultNote(option)}`)),
    ]),
    ...(command.examples.length > 0 ? ['.PP', `${bold('Examples')}:`] : []),
    ...command.examples.flatMap(({ command, describe }) => entry(bold(command), sentence(describe))),
  ];
}

function optionHead({ name, valueName }: OptionDefinition): string {
  return valueName === undefined ? bold(`--${name}`) : `${bold(`--${name}`)} ${italic(valueName)}`;
}

const defaultNote = (option: OptionDefinition): string =>
  option.default === undefined ? '' : ` Default: ${option.default}.`;

function entry(head: string, meaning: string): string[] {
  return ['.TP', head, text(meaning)];
}

const bold = (words: string): string => `\\fB${text(words)}\\fR`;
const italic = (words: string): string => `\\fI${text(words)}\\fR`;

/** Text of roff: hyphens that may be copied, backslashes as they are, and no line that begins with a command's character. */
function text(words: string): string {
  return words
    .replaceAll('`', '')
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replace(/^\./u, '\\&.');
}
