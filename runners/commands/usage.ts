import { nearest } from '../../workloads/nearest.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { type CommandLineDefinition, optionNames } from './command-definitions.ts';

/** Turns a message of yargs into an error with a code, whose hint names the nearest command or option. */
export function usageError(message: string, args: readonly string[], definition: CommandLineDefinition): RunnerError {
  const options = optionNames(definition);
  const names = [...options.keys()];
  const words = commandWords(args, names);
  const [first, second] = words;
  if (first === undefined) return usage('no command was given', `Use one of ${topLevel(names).join(', ')}, or --help.`);
  const name = commandOf(words, names);
  if (name === undefined) return unknownCommand(first, names);
  if (name === 'gate' && args.some((arg) => arg.startsWith('--history'))) {
    return usage('gate has no --history', 'Use streamgauge history check RESULT --history DIR.');
  }
  const help = `See streamgauge ${name} --help.`;
  const meantSubcommand = second === undefined ? '' : meant(`${name} ${second}`, subcommandsOf(name, names));
  const unknown = /^Unknown (?:arguments?|commands?): ([^,\n]+)/.exec(message)?.[1];
  const typed = args.find((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === unknown);
  if (typed !== undefined && !isGroup(name, definition)) {
    const known = (options.get(name) ?? []).map((flag) => `--${flag}`);
    return usage(`${name} has no option ${typed}`, `${meant(typed, known)}${help}`);
  }
  if (isGroup(name, definition)) {
    const [what, fix] = OPERANDS[name] ?? [`${name} needs a command`, help];
    return second === undefined ? usage(what, fix) : usage(`${what}, got "${second}"`, `${meantSubcommand}${help}`);
  }
  if (message.startsWith('Not enough non-option')) {
    return usage(...(OPERANDS[name] ?? [`${name} needs an operand`, help]));
  }
  const what = unknown === undefined ? ruleOf(message, name) : `${name} does not accept the argument "${unknown}"`;
  return usage(what, `${meantSubcommand}${help}`);
}

/** The rule that a command line breaks, in the words of this program instead of those of yargs. */
function ruleOf(message: string, name: string): string {
  const missing = /^Missing required arguments?: (.+)$/m.exec(message)?.[1]?.split(', ');
  if (missing !== undefined) return `${name} needs ${missing.map(withDashes).join(' and ')}`;
  const needs = /Missing dependent arguments:\s*(\S+) -> (\S+)/.exec(message);
  if (needs !== null) return `--${needs[1]} needs --${needs[2]}`;
  const choice = /Argument: (\S+), Given: (.+), Choices: (.+)$/m.exec(message);
  if (choice !== null) return `--${choice[1]} must be one of ${choice[3]?.replaceAll('"', '')}, got ${choice[2]}`;
  const exclusive = /^Arguments (\S+) and (\S+) are mutually exclusive/.exec(message);
  if (exclusive !== null) return `--${exclusive[1]} excludes --${exclusive[2]}`;
  const empty = /^Not enough arguments following: (\S+)/.exec(message)?.[1];
  if (empty !== undefined) return `--${empty} needs a value`;
  return lowerFirst(message.replace(/\.$/, '').split('\n', 1)[0] ?? message);
}

/** True for a command that only has subcommands, such as `history`. */
function isGroup(name: string, { commands }: CommandLineDefinition): boolean {
  const operands = commands.find((command) => command.name === name)?.operands ?? [];
  return operands.length === 0 && commands.some((other) => other.name.startsWith(`${name} `));
}

/** The command, and the word that directly follows it. Options may come before the command, also with a value. */
export function commandWords(args: readonly string[], names: readonly string[]): string[] {
  const first = args.findIndex((arg) => !arg.startsWith('-'));
  const command = args.findIndex((arg) => names.includes(arg));
  const at = first === 0 || command < 0 ? first : command;
  return at < 0 ? [] : args.slice(at, at + 2).filter((word) => !word.startsWith('-'));
}

/** The command that the first words name, such as `gate calibrate`. */
export function commandOf([first, second]: readonly string[], names: readonly string[]): string | undefined {
  return [`${first} ${second}`, first].find((name) => name !== undefined && names.includes(name));
}

export function unknownCommand(word: string, names: readonly string[]): RunnerError {
  return usage(`"${word}" is not a command`, `${meant(word, topLevel(names))}See streamgauge --help.`);
}

const subcommandsOf = (name: string, names: readonly string[]): string[] =>
  names.filter((other) => other.startsWith(`${name} `));

/** Messages for a missing operand, with the next step. */
const OPERANDS: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  run: ['run needs a scenario', 'Name a file, or one that streamgauge list shows.'],
  gate: ['gate needs a scenario', 'Use gate SCENARIO --baseline A --candidate B, or gate calibrate SCENARIO.'],
  'gate calibrate': ['gate calibrate needs a scenario', 'Use gate calibrate SCENARIO.'],
  history: ['history needs check, accept or reset', 'Use history check RESULT --history DIR.'],
  calibrate: ['calibrate needs a target', 'Name kinesis:STREAM, noop, engine, or a file.'],
  knee: ['knee needs a scenario', 'Name a file, or one that streamgauge list shows.'],
  compare: [
    'compare needs results',
    'Name the folders of two runs, of two knees or of two plans, or a scenario with --targets.',
  ],
  cut: ['cut needs a result', 'Name the folder of a run, or its result.json.'],
  merge: ['merge needs results', 'Name the folders of all parts that run --part wrote.'],
  report: ['report needs a result', 'Name the folder of a run or of a gate, or its file.'],
  sketch: ['sketch needs an input', 'Name a trace, kinesis:STREAM, or merge and the files of sketches.'],
};

const topLevel = (names: readonly string[]): string[] => names.filter((name) => !name.includes(' '));
const withDashes = (option: string): string => `--${option}`;

/** @returns `Did you mean X? `, or an empty text if no candidate is close enough to be a typing error. */
export function meant(typed: string, candidates: readonly string[]): string {
  const near = nearest(typed, candidates);
  return near === undefined ? '' : `Did you mean ${near}? `;
}

function usage(what: string, fix: string): RunnerError {
  return runnerError('RUNNER_USAGE', { what, fix });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
