import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import type { CommandLineDefinition } from './command-definitions.ts';
import { renderCommandHelp, renderProgramHelp } from './render-help.ts';
import { commandOf, commandWords, unknownCommand } from './usage.ts';

/** The help for a command line with --help: of the program, or of its command. @throws RUNNER_USAGE for an unknown command. */
export function helpText(args: readonly string[], definition: CommandLineDefinition): string {
  const style = { colours: wantsColours(process.stdout), width: Math.min(80, widthOf(process.stdout)) };
  const names = definition.commands.map(({ name }) => name);
  const words = commandWords(args, names);
  const name = commandOf(words, names);
  const command = definition.commands.find((other) => other.name === name);
  if (command !== undefined) {
    const subcommands = definition.commands.filter((other) => other.name.startsWith(`${command.name} `));
    return renderCommandHelp(command, subcommands, style);
  }
  if (words[0] !== undefined) throw unknownCommand(words[0], names);
  return renderProgramHelp(definition, style);
}
