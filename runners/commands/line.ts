import yargs, { type Argv } from 'yargs';
import { ExitCode } from '../../errors/exit-code.ts';
import { watchOutput } from '../terminal/output-failure.ts';
import { calibrateLine } from './calibrate-line.ts';
import type { CommandLineDefinition } from './command-definitions.ts';
import { compareLine } from './compare-line.ts';
import { cutLine } from './cut-line.ts';
import { gateCalibrateLine, gateLine } from './gate-line.ts';
import { historyLine } from './history-line.ts';
import { kneeLine } from './knee-line.ts';
import { mergeLine } from './merge-line.ts';
import { FLAG } from './option-kinds.ts';
import { planLine } from './plan-line.ts';
import { reportLine } from './report-line.ts';
import { runLine } from './run-line.ts';
import { serveLine } from './serve-line.ts';
import { sketchLine } from './sketch-line.ts';

/** Runs a command and sets the exit code of the process. It does not exit, so that Node can write pending output first. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  watchOutput();
  try {
    process.exitCode = await chooseCommand(args);
  } catch (error) {
    const { describeError } = await import('./describe-error.ts');
    const report = describeError(error, { debug: (process.env.STREAMGAUGE_DEBUG ?? '') !== '' });
    process.stderr.write(`${report.text}\n`);
    process.exitCode = report.exitCode;
  }
}

async function chooseCommand(args: readonly string[]): Promise<ExitCode> {
  if (isHelp(args)) {
    const { helpText } = await import('./help.ts');
    process.stdout.write(`${helpText(args, await ownDefinition())}\n`);
    return ExitCode.passed;
  }
  let ending: ExitCode = ExitCode.passed;
  const parser = defineCommands(yargs([...args]).scriptName('streamgauge'), (code) => {
    ending = code;
  })
    .demandCommand(1, 1, 'No command given', 'More than one command given')
    .strict()
    .help()
    .alias('help', 'h')
    .version(await ownVersion(args))
    .locale('en')
    .exitProcess(false)
    .parserConfiguration({ 'boolean-negation': false })
    .middleware(keepLast, true)
    .fail((message: string | undefined, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UsageProblem(message ?? error?.message ?? 'the command line is malformed');
    });
  try {
    await parser.parseAsync();
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    const { usageError } = await import('./usage.ts');
    throw usageError(error.message, args, await ownDefinition());
  }
  return ending;
}

/** True for a command line with --help. The completion script passes the words that a user has typed so far. */
function isHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.some((arg) => arg === '--help' || arg === '-h') && !args.includes('--get-yargs-completions');
}

async function ownDefinition(): Promise<CommandLineDefinition> {
  const { readCommandLine } = await import('./command-definitions.ts');
  return readCommandLine((parser) => defineCommands(parser, () => undefined));
}

/**
 * Defines every command with its options. The parser, the reference pages, the man page and the completions use this definition.
 * The module of a command is loaded only when the command runs, so `--help` loads none.
 */
export function defineCommands(parser: Argv, end: (code: ExitCode) => void): Argv {
  return parser
    .usage('streamgauge measures data streams: how fast, how late, what was lost.')
    .command(
      'run <scenario>',
      'Run a scenario: make its load, measure it and judge its thresholds',
      runLine,
      async (options) => {
        const { commandRun } = await import('./run.ts');
        end(
          await commandRun({
            ...options,
            webPort: options['web-port'],
            live: options['no-live'] !== true,
            dryRun: options['dry-run'],
          }),
        );
      },
    )
    .command(
      'gate <scenario>',
      'Compare two targets in pairs of short runs: PASS or FAIL',
      (command) => {
        return gateLine(command).command(
          'calibrate <scenario>',
          'Measure the noise of this machine, and the changes that a gate can find',
          gateCalibrateLine,
          async (options) => {
            const { commandGateCalibrate } = await import('./gate-calibrate.ts');
            end(await commandGateCalibrate(options));
          },
        );
      },
      async (options) => {
        const { commandGate } = await import('./gate.ts');
        end(await commandGate(options));
      },
    )
    .command('history', 'Compare results with earlier ones, to find slow regressions', (command) =>
      historyLine(command, end),
    )
    .command('knee <scenario>', 'Find the highest rate that meets an objective', kneeLine, async (options) => {
      const { commandKnee } = await import('./knee.ts');
      end(await commandKnee(options));
    })
    .command(
      'calibrate <target>',
      'Measure a target, so that the engine can imitate it',
      calibrateLine,
      async (options) => {
        const { commandCalibrate } = await import('./calibrate.ts');
        end(await commandCalibrate(options));
      },
    )
    .command('report <results..>', 'Report saved results in any format', reportLine, async (options) => {
      const { commandReport } = await import('./report.ts');
      end(await commandReport(options));
    })
    .command('compare <results..>', 'Compare results, knees or plans side by side', compareLine, async (options) => {
      const { commandCompare } = await import('./compare.ts');
      end(await commandCompare(options));
    })
    .command('plan [input]', 'Predict how many shards a load needs, and their price', planLine, async (options) => {
      const { commandPlan } = await import('./plan.ts');
      end(await commandPlan(options));
    })
    .command('merge <results..>', 'Merge the parts of a run into one exact result', mergeLine, async (options) => {
      const { commandMerge } = await import('./merge.ts');
      end(await commandMerge(options));
    })
    .command(
      'cut <result>',
      'Cut a part out of a result, by time or by phase, and judge it',
      cutLine,
      async (options) => {
        const { commandCut } = await import('./cut.ts');
        end(await commandCut(options));
      },
    )
    .command(
      'sketch <inputs..>',
      'Store the rates, keys and sizes of a load in a small file',
      sketchLine,
      async (options) => {
        const { commandSketch } = await import('./sketch.ts');
        end(await commandSketch(options));
      },
    )
    .command('serve', 'Serve the engine as a Kinesis endpoint', serveLine, async (options) => {
      const { commandServe } = await import('./serve.ts');
      end(await commandServe(options));
    })
    .command('list', 'Show the ready-made scenarios', listLine, async (options) => {
      const { commandList } = await import('./list.ts');
      end(await commandList(options));
    })
    .command('init [file]', 'Write a commented scenario that runs as it is', initLine, async (options) => {
      const { commandInit } = await import('./init.ts');
      end(await commandInit(options));
    })
    .command('doctor', 'Check that this machine is fit to measure', doctorLine, async (options) => {
      const { commandDoctor } = await import('./doctor.ts');
      end(await commandDoctor(options));
    })
    .command('bench [names..]', 'Benchmark the parts of streamgauge', benchLine, async (options) => {
      const { commandBench } = await import('./bench.ts');
      end(await commandBench(options));
    })
    .command('completion', 'Print a completion script for the shell that SHELL names', completionLine)
    .completion('completion', false)
    .example('$0 list', 'Show the scenarios that come with the package')
    .example('$0 run web-clickstream', 'Run one of them; the result is in results/web-clickstream')
    .example('$0 report results/web-clickstream --format html --out report.html', 'Write its report as a page')
    .example('$0 init && $0 run scenario.yaml', 'Write a scenario of your own, and run it')
    .example('$0 serve --stream orders:4', 'Serve a Kinesis endpoint on http://127.0.0.1:4567')
    .epilogue(
      'Exit codes: 0 passed, 1 defect of streamgauge, 2 usage or input rejected,\n' +
        '3 target failed, 4 threshold failed, 5 invalid, 6 inconclusive, 130 interrupted.',
    );
}

/** Options and operands that may be repeated. The last value of any other option counts. */
const REPEATABLE: ReadonlySet<string> = new Set([
  '_',
  'names',
  'stream',
  'account-of',
  'firehose-function',
  'firehose-table',
  'cors',
  'results',
  'inputs',
  'with',
  'targets',
  'cost',
  'format',
  'threshold',
  'metric',
  'report',
  'slo',
]);

function keepLast(options: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(options)) {
    if (Array.isArray(value) && !REPEATABLE.has(name)) options[name] = value.at(-1);
  }
}

/** A message of yargs about a command line that it rejects. It becomes an error with a code and a hint. */
class UsageProblem extends Error {}

function initLine(command: Argv) {
  return command
    .positional('file', { type: 'string', default: 'scenario.yaml', describe: 'File to write' })
    .option('force', { ...FLAG, describe: 'Overwrite the file if it exists' })
    .example('$0 init', 'Write scenario.yaml')
    .example('$0 init load/orders.yaml', 'Write another file; its folder is created')
    .example('$0 init && $0 run scenario.yaml', 'Write a scenario, and run it');
}

function benchLine(command: Argv) {
  return command
    .positional('names', { type: 'string', array: true, default: [], describe: 'Benchmarks to run (default all)' })
    .option('json', { ...FLAG, describe: 'Print the figures as JSON' })
    .example('$0 bench', 'Run every benchmark')
    .example('$0 bench hash-key', 'Run one benchmark')
    .example('$0 bench hash-key record-value --json', 'Run two benchmarks for a program');
}

function listLine(command: Argv) {
  return command
    .option('json', { ...FLAG, describe: 'Print the scenarios as JSON' })
    .example('$0 list', 'Show the ready-made scenarios')
    .example('$0 list --json', 'Show them with their files')
    .example("$0 list --json | jq -r '.[].name'", 'Show only their names');
}

function doctorLine(command: Argv) {
  return command
    .option('json', { ...FLAG, describe: 'Print the findings as JSON' })
    .example('$0 doctor', 'Check this machine')
    .example('$0 doctor --json', 'Check it for a program')
    .example('$0 doctor && $0 run web-clickstream', 'Run a scenario only on a machine that is fit');
}

function completionLine(command: Argv) {
  return command
    .example('SHELL=bash $0 completion >> ~/.bashrc', 'Set up bash')
    .example('SHELL=zsh $0 completion >> ~/.zshrc', 'Set up zsh')
    .example('SHELL=fish $0 completion >> ~/.config/fish/config.fish', 'Set up fish');
}

async function ownVersion(args: readonly string[]): Promise<string> {
  if (!args.includes('--version')) return '';
  const { readOwnVersion } = await import('../package.ts');
  return readOwnVersion();
}
