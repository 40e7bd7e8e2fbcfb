import { nearest } from '../../workloads/nearest.ts';
import { type RunnerError, runnerError } from '../errors.ts';
import { type CommandLineDefinition, optionNames } from './command-definitions.ts';

/** Turns a message of the parser into a coded error whose hint names the nearest command or option. */
export function usageError(message: string, args: readonly string[], definition: CommandLineDefinition): RunnerError {
  const options = optionNames(definition);
  const commands = [...options.keys()];
  const command = args.find((arg) => !arg.startsWith('-')) ?? '';
  const isCommand = options.has(command);
  const what = message.replace(/\.$/, '').split('\n', 1)[0] ?? message;
  if (command === '') return usage('no command was given', `Say one of ${commands.join(', ')}, or --help for more.`);
  if (!isCommand) return usage(`"${command}" is not a command`, `${meant(command, commands)}See streamgauge --help.`);
  if (command === 'run' && what.startsWith('Not enough non-option')) {
    return usage('run needs a scenario', 'Name a file, or one that streamgauge list shows.');
  }
  if (command === 'knee' && what.startsWith('Not enough non-option')) {
    return usage('knee needs a scenario', 'Name a file, or one that streamgauge list shows.');
  }
  if (what === 'gate needs a history') return usage(what, 'Name its folder with --history DIR.');
  if (command === 'cut' && what.startsWith('Not enough non-option')) {
    return usage('cut needs a result', 'Name the folder of a run, or its result.json.');
  }
  if (command === 'merge' && what.startsWith('Not enough non-option')) {
    return usage('merge needs results', 'Name the folders of all parts, as run --part made them.');
  }
  if (command === 'report' && what.startsWith('Not enough non-option')) {
    return usage('report needs a result', 'Name the folder of a run or of a gate, or its file.');
  }
  if (command === 'calibrate' && what.startsWith('Not enough non-option')) {
    return usage('calibrate needs a target', 'Name kinesis:STREAM, noop, engine, or a file.');
  }
  if (command === 'sketch' && what.startsWith('Not enough non-option')) {
    return usage('sketch needs an input', 'Name a trace, kinesis:STREAM, or merge and the files of sketches.');
  }
  if (command === 'sketch' && what === 'Missing required argument: out') {
    return usage('sketch needs a file to write', 'Add --out FILE.');
  }
  const needs = /Missing dependent arguments:\s*(\S+) -> (\S+)/.exec(message);
  if (needs !== null) return usage(`--${needs[1]} needs --${needs[2]} beside it`, 'Give both, or neither.');
  const choice = /Argument: (\S+), Given: (.+), Choices: (.+)$/m.exec(message);
  if (choice !== null)
    return usage(`--${choice[1]} ${choice[2]} is none of its choices`, `Choose one of ${choice[3]}.`);
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(what)?.[1];
  const flags = options.get(command) ?? [];
  if (unknown === undefined) return usage(lowerFirst(what), `See streamgauge ${command} --help.`);
  const typed = args.find((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === unknown);
  if (typed === undefined) return usage(`${command} takes no "${unknown}"`, `See streamgauge ${command} --help.`);
  const known = flags.map((flag) => `--${flag}`);
  return usage(`${command} has no option ${typed}`, `${meant(typed, known)}See streamgauge ${command} --help.`);
}

/** @returns `Did you mean X? `, or nothing when no candidate is near enough to be a slip of the fingers. */
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
