import type { Argv, Options } from 'yargs';

export interface OptionDefinition {
  readonly name: string;
  readonly describe: string;
  /** Name of the value, such as `folder` of `--out <folder>`; undefined for a flag. */
  readonly valueName: string | undefined;
  readonly isRequired: boolean;
  readonly isRepeatable: boolean;
  readonly choices: readonly string[];
  /** The default in the form in which a user writes it, or undefined. */
  readonly default: string | undefined;
  /** Options that must be given with it. */
  readonly needs: readonly string[];
}

interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionDefinition[];
}

interface Example {
  readonly command: string;
  readonly describe: string;
}

interface CommandForm {
  readonly line: string;
  readonly describe: string;
}

export interface CommandDefinition {
  readonly name: string;
  /** Its usage lines without the program's name, such as `run <scenario>`; each with its meaning if there are several. */
  readonly forms: readonly CommandForm[];
  readonly describe: string;
  readonly operands: readonly OptionDefinition[];
  /** Each option is in exactly one group. The last group, Options, has the options without a group of their own. */
  readonly groups: readonly OptionGroup[];
  readonly conflicts: readonly (readonly [string, string])[];
  readonly examples: readonly Example[];
}

export interface CommandLineDefinition {
  readonly describe: string;
  readonly epilogue: string;
  readonly commands: readonly CommandDefinition[];
  readonly examples: readonly Example[];
}

interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Reads a command line as it is defined for yargs: the calls of the definition are recorded, and nothing is parsed. */
export function readCommandLine(define: (parser: Argv) => unknown): CommandLineDefinition {
  const calls = recordCalls(define);
  const describe = usageOf(calls).at(0)?.split('\n', 1)[0] ?? '';
  const epilogue = String(calls.find(({ method }) => method === 'epilogue')?.args[0] ?? '');
  return { describe, epilogue, commands: readCommands(calls, []), examples: examplesOf(calls) };
}

/** Reads the commands that calls define; a command is followed by its subcommands, whose names begin with its words. */
function readCommands(calls: readonly Call[], words: readonly string[]): CommandDefinition[] {
  return calls
    .filter(({ method }) => method === 'command')
    .flatMap(({ args }) => {
      const [form, describe, builder] = args as [string, string, (parser: Argv) => unknown];
      const inner = recordCalls(builder);
      const name = [...words, form.split(' ', 1)[0] ?? form];
      return [readCommand([...words, form].join(' '), name.join(' '), describe, inner), ...readCommands(inner, name)];
    });
}

function readCommand(form: string, name: string, describe: string, calls: readonly Call[]): CommandDefinition {
  const needs = implicationsOf(calls);
  const options = definitionsOf(calls, 'option', needs);
  const named = groupsOf(calls, options);
  const rest = options.filter((option) => !named.some((group) => group.options.includes(option)));
  return {
    name,
    forms: formsOf(form, usageOf(calls)),
    describe,
    operands: definitionsOf(calls, 'positional', needs),
    groups: [...named, { title: 'Options', options: rest }].filter((group) => group.options.length > 0),
    conflicts: conflictsOf(calls),
    examples: examplesOf(calls),
  };
}

/** Calls the definition with a parser that records each call and returns itself, as the real one does. */
function recordCalls(define: (parser: Argv) => unknown): Call[] {
  const calls: Call[] = [];
  const parser: unknown = new Proxy(
    {},
    {
      get: (_, method) => {
        return (...args: readonly unknown[]) => {
          calls.push({ method: String(method), args });
          return parser;
        };
      },
    },
  );
  define(parser as Argv);
  return calls;
}

function definitionsOf(
  calls: readonly Call[],
  method: 'option' | 'positional',
  needs: ReadonlyMap<string, readonly string[]>,
): OptionDefinition[] {
  return calls
    .filter((call) => call.method === method)
    .map(({ args }) => {
      const [name, given] = args as [string, Options & { readonly valueName?: string }];
      const { text, default: described } = splitDefault(given.describe ?? given.desc ?? '');
      return {
        name,
        describe: text,
        valueName: given.type === 'boolean' ? undefined : (given.valueName ?? 'value'),
        isRequired: given.demandOption !== undefined && given.demandOption !== false,
        isRepeatable: given.array === true,
        choices: (given.choices ?? []).map(String),
        default: defaultText(given.default) ?? described,
        needs: [...listOf(given.implies), ...(needs.get(name) ?? [])],
      };
    });
}

/** A default that yargs does not know is at the end of the description: `Time limit (default 10m)`. */
function splitDefault(describe: string): { readonly text: string; readonly default: string | undefined } {
  const match = /^(.+?) \(default ([^)]+)\)$/su.exec(describe);
  return { text: match?.[1] ?? describe, default: match?.[2] };
}

function defaultText(value: unknown): string | undefined {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  return String(value);
}

/** The named groups; calls with the same title add to one group, as in yargs. */
function groupsOf(calls: readonly Call[], options: readonly OptionDefinition[]): OptionGroup[] {
  const taken = new Set<string>();
  const groups = new Map<string, OptionDefinition[]>();
  for (const { method, args } of calls) {
    if (method !== 'group') continue;
    const [names, titleText] = args as [string | readonly string[], string];
    const title = titleText.replace(/:$/, '');
    const own = options.filter(({ name }) => listOf(names).includes(name) && !taken.has(name));
    for (const { name } of own) taken.add(name);
    groups.set(title, [...(groups.get(title) ?? []), ...own]);
  }
  return [...groups].map(([title, own]) => ({ title, options: own }));
}

function implicationsOf(calls: readonly Call[]): Map<string, readonly string[]> {
  const pairs = calls
    .filter(({ method }) => method === 'implies')
    .map(({ args }) => [String(args[0]), listOf(args[1])] as const);
  return new Map(pairs);
}

function conflictsOf(calls: readonly Call[]): (readonly [string, string])[] {
  return calls
    .filter(({ method }) => method === 'conflicts')
    .flatMap(({ args }) => listOf(args[1]).map((other) => [String(args[0]), other] as const));
}

function examplesOf(calls: readonly Call[]): Example[] {
  return calls
    .filter(({ method }) => method === 'example')
    .map(({ args }) => ({ command: ownName(String(args[0])), describe: String(args[1]) }));
}

function usageOf(calls: readonly Call[]): string[] {
  return calls.filter(({ method }) => method === 'usage').map(({ args }) => ownName(String(args[0])));
}

/** A command with several forms lists them in its usage, one in each line, with its meaning after two spaces or more. */
function formsOf(form: string, usage: readonly string[]): CommandForm[] {
  const listed = usage
    .flatMap((text) => text.split('\n'))
    .map((line) => /^\s*(?:Usage: )?streamgauge (\S.*?)(?:\s{2,}(.*))?$/u.exec(line))
    .filter((match) => match !== null)
    .map(([, line = '', describe = '']) => ({ line, describe }));
  return listed.length > 0 ? listed : [{ line: form, describe: '' }];
}

/** The usage lines of a command, with the meaning of each form behind it. */
export function usageLines({ forms }: CommandDefinition): string[] {
  const width = Math.max(...forms.map(({ line }) => line.length));
  return forms.map(({ line, describe }) =>
    describe === '' ? `streamgauge ${line} [options]` : `streamgauge ${line.padEnd(width)}  # ${describe}`,
  );
}

const ownName = (text: string): string => text.replaceAll('$0', 'streamgauge');

function listOf(value: unknown): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** Names of the options of every command, in the order of their definition. */
export function optionNames({ commands }: CommandLineDefinition): ReadonlyMap<string, readonly string[]> {
  return new Map(
    commands.map(({ name, groups }) => [name, groups.flatMap(({ options }) => options.map((option) => option.name))]),
  );
}
