import { nearest } from '../../workloads/nearest.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { type CommandLineDefinition, optionNames } from './command-definitions.ts';

/** Turns a message of yargs into an error with a code, whose hint names the nearest command or option. */
export function usageError(message: string, args: readonly string[], definition: CommandLineDefinition): RunnerError {
  const options = optionNames(definition);
  const names = [...options.keys()];
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [command = '', second = ''] = words;
  const what = message.replace(/\.$/, '').split('\n', 1)[0] ?? message;
  if (command === '') return usage('no command was given', `Use one of ${topLevel(names).join(', ')}, or --help.`);
  const name = [`${command} ${second}`, command].find((candidate) => options.has(candidate));
  if (name === undefined)
    return usage(`"${command}" is not a command`, `${meant(command, topLevel(names))}See streamgauge --help.`);
  const help = `See streamgauge ${name} --help.`;
  if (name === 'gate' && args.some((arg) => arg.startsWith('--history'))) {
    return usage('gate has no --history', 'Use streamgauge history check RESULT --history DIR.');
  }
  if (what.startsWith('Not enough non-option')) return usage(...(OPERANDS[name] ?? [`${name} needs an operand`, help]));
  const missing = /^Missing required arguments?: (.+)$/.exec(what)?.[1]?.split(', ');
  if (missing !== undefined) return usage(`${name} needs ${missing.map(withDashes).join(' and ')}`, help);
  const needs = /Missing dependent arguments:\s*(\S+) -> (\S+)/.exec(message);
  if (needs !== null) return usage(`--${needs[1]} needs --${needs[2]}`, help);
  const choice = /Argument: (\S+), Given: (.+), Choices: (.+)$/m.exec(message);
  if (choice !== null) return usage(`--${choice[1]} must be one of ${choice[3]}, got ${choice[2]}`, help);
  const unknown = /^Unknown (?:arguments?|commands?): ([^,]+)/.exec(what)?.[1];
  if (unknown === undefined) return usage(lowerFirst(what), help);
  const typed = args.find((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === unknown);
  if (typed === undefined) {
    const nested = names.filter((other) => other.startsWith(`${name} `)).map((other) => other.slice(name.length + 1));
    return usage(`${name} takes no "${unknown}"`, `${meant(unknown, nested)}${help}`);
  }
  const known = (options.get(name) ?? []).map((flag) => `--${flag}`);
  return usage(`${name} has no option ${typed}`, `${meant(typed, known)}${help}`);
}

/** Messages for a missing operand, with the next step. */
const OPERANDS: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  run: ['run needs a scenario', 'Name a file, or one that streamgauge list shows.'],
  gate: ['gate needs a scenario', 'Use gate SCENARIO --baseline A --candidate B, or gate calibrate SCENARIO.'],
  'gate calibrate': ['gate calibrate needs a scenario', 'Use gate calibrate SCENARIO.'],
  history: ['history needs check, accept or reset', 'Use history check RESULT --history DIR.'],
  calibrate: ['calibrate needs a target', 'Name kinesis:STREAM, noop, engine, or a file.'],
  knee: ['knee needs a scenario', 'Name a file, or one that streamgauge list shows.'],
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
