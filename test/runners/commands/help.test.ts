import { describe, expect, test } from 'vitest';
import yargs, { type Argv } from 'yargs';
import type { CommandDefinition } from '../../../runners/commands/command-definitions.ts';
import { defineCommands } from '../../../runners/commands/line.ts';
import { renderCommandHelp, renderProgramHelp } from '../../../runners/commands/render-help.ts';
import { commandOf } from '../../../runners/commands/usage.ts';
import { commandLine } from '../../../runners/reference/pages.ts';

const definition = commandLine();
const names = definition.commands.map(({ name }) => name);
const style = { colours: false, width: 80 };
const helpOf = (command: CommandDefinition): string =>
  renderCommandHelp(
    command,
    definition.commands.filter(({ name }) => name.startsWith(`${command.name} `)),
    style,
  );
const optionsOf = ({ groups }: CommandDefinition) => groups.flatMap(({ options }) => options);

const GROUPED_FROM = 9;
const EXAMPLES_MIN = 3;

describe.each(definition.commands.map((command) => [command.name, command] as const))(
  'the help of %s',
  (name, command) => {
    test('shows every option of its definition', () => {
      const shown = [...helpOf(command).matchAll(/^ {2}--([\w-]+)/gmu)].map(([, option = '']) => option);
      expect(shown.toSorted()).toEqual(
        optionsOf(command)
          .map((option) => option.name)
          .toSorted(),
      );
    });

    test('has lines of at most 80 columns', () => {
      expect(
        helpOf(command)
          .split('\n')
          .filter((line) => line.length > 80),
      ).toEqual([]);
    });

    test('has at least two groups if it has more than eight options', () => {
      const titles = command.groups.map(({ title }) => title).filter((title) => title !== 'Options');
      expect(optionsOf(command).length < GROUPED_FROM || titles.length >= 2, titles.join(', ')).toBe(true);
    });

    test('has at least three examples of the command, which its own definition parses', async () => {
      expect(command.examples.length).toBeGreaterThanOrEqual(EXAMPLES_MIN);
      for (const example of command.examples) {
        const [first = [], ...others] = commandLinesOf(example.command);
        expect(`${commandOf(first, names)} `, example.command).toMatch(new RegExp(`^${name} `, 'u'));
        for (const args of [first, ...others]) await expect(parse(args), example.command).resolves.toBe(undefined);
      }
    });

    test('states each default with the same words', () => {
      for (const { describe, default: standard } of optionsOf(command)) {
        expect(describe).not.toMatch(/default|\[/u);
        expect(standard ?? '').not.toMatch(/^default/u);
      }
    });
  },
);

describe('the help of the program', () => {
  const text = renderProgramHelp(definition, style);

  test('has lines of at most 80 columns', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('has examples that the definition parses', async () => {
    for (const { command } of definition.examples) {
      for (const args of commandLinesOf(command)) await expect(parse(args), command).resolves.toBe(undefined);
    }
  });
});

test.each([
  [['run', 'x', '--nope'], /Unknown argument: nope/],
  [['history', 'check', 'x'], /Missing required argument: history/],
  [['gate', 'calibrate', 'x', '--candidate', 'y'], /Unknown argument: candidate/],
  [['serve', '--clock', 'late'], /Choices: "real", "virtual"/],
])('the definition of the command line rejects %j', async (args, message) => {
  await expect(parse(args)).rejects.toThrow(message);
});

describe('renderCommandHelp', () => {
  const option = {
    name: 'limits',
    describe: 'Limits of shards and accounts',
    valueName: 'kind',
    isRequired: false,
    isRepeatable: false,
    choices: ['aws', 'none'],
    default: 'aws',
    needs: [],
  };
  const command = (options: CommandDefinition['groups'][number]['options']): CommandDefinition => ({
    name: 'serve',
    forms: [{ line: 'serve', describe: '' }],
    describe: 'Serve',
    operands: [],
    groups: [{ title: 'Limits', options }],
    conflicts: [],
    examples: [],
  });

  test('shows choices and default after the description', () => {
    const text = renderCommandHelp(command([option]), [], { colours: false, width: 100 });
    expect(text).toContain('  --limits <kind>  Limits of shards and accounts (one of aws, none; default aws)\n');
  });

  test('keeps choices and default together on a line of their own if they do not fit', () => {
    const text = renderCommandHelp(command([option]), [], { colours: false, width: 60 });
    expect(text).toContain(
      '  --limits <kind>  Limits of shards and accounts\n                   (one of aws, none; default aws)\n',
    );
  });

  test('breaks a long example before an option, with a backslash', () => {
    const long = { command: "streamgauge gate a.yaml --baseline 'cmd:a b' --candidate b", describe: 'Compare' };
    const text = renderCommandHelp({ ...command([]), examples: [long] }, [], { colours: false, width: 50 });
    expect(text).toContain("  streamgauge gate a.yaml --baseline 'cmd:a b' \\\n    --candidate b");
  });
});

/** The command lines of streamgauge in a line for the shell, without the name of the program. */
function commandLinesOf(line: string): string[][] {
  return line
    .split(/ (?:&&|\|) /u)
    .map((part) => / ?\bstreamgauge (?<args>.*?)(?: >>? .*)?$/u.exec(part)?.groups?.args)
    .filter((args) => args !== undefined)
    .map((args) => [...args.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(([, a, b, c]) => a ?? b ?? c ?? ''));
}

/** Parses a command line with the definition of the program, and runs nothing. @throws Error for what yargs rejects. */
async function parse(args: readonly string[]): Promise<void> {
  const parser = yargs([...args])
    .strict()
    .help(false)
    .version(false)
    .exitProcess(false)
    .parserConfiguration({ 'boolean-negation': false })
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new Error(message);
    });
  await defineCommands(withoutHandlers(parser), () => undefined).parseAsync();
}

/** The same parser, except that commands do nothing. */
function withoutHandlers(parser: Argv): Argv {
  const proxy: Argv = new Proxy(parser, {
    get: (target, method) => {
      const value: unknown = Reflect.get(target, method, target);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => {
        // yargs would print the script of completions, and accepts the command without it.
        if (method === 'completion') return proxy;
        const result: unknown = value.apply(target, method === 'command' ? commandWithoutHandler(args) : args);
        return result === target ? proxy : result;
      };
    },
  });
  return proxy;
}

function commandWithoutHandler([form, describe, builder]: readonly unknown[]): unknown[] {
  const build = builder as (parser: Argv) => unknown;
  return [form, describe, (inner: Argv) => void build(withoutHandlers(inner)), () => undefined];
}
