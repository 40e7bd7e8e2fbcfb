import yargs, { type Argv } from 'yargs';
import { ExitCode } from '../../errors/exit-code.ts';
import { watchOutput } from '../terminal/output-failure.ts';
import { widthOf } from '../terminal/width-of.ts';
import { calibrateLine } from './calibrate-line.ts';
import { cutLine } from './cut-line.ts';
import { gateCalibrateLine, gateLine } from './gate-line.ts';
import { historyLine } from './history-line.ts';
import { kneeLine } from './knee-line.ts';
import { mergeLine } from './merge-line.ts';
import { planLine } from './plan-line.ts';
import { reportLine } from './report-line.ts';
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
    .wrap(Math.min(80, widthOf(process.stdout)))
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
    const { readCommandLine } = await import('./command-definitions.ts');
    const definition = readCommandLine((parser) => defineCommands(parser, () => undefined));
    throw usageError(error.message, args, definition);
  }
  return ending;
}

/**
 * Defines every command with its options. The parser, the reference pages, the man page and the completions use this definition.
 * The module of a command is loaded only when the command runs, so `--help` loads none.
 */
export function defineCommands(parser: Argv, end: (code: ExitCode) => void): Argv {
  return parser
    .usage('streamgauge measures data streams: how fast, how late, what was lost.\n\nUsage: $0 COMMAND [options]')
    .command(
      'run <scenario>',
      'Make the load of a scenario, measure it, judge its thresholds',
      runOptions,
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
    .command('history', 'Check results against earlier ones, for slow regressions', (command) =>
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
    .command('report <results..>', 'Make a report of results, without running again', reportLine, async (options) => {
      const { commandReport } = await import('./report.ts');
      end(await commandReport(options));
    })
    .command(
      'compare <results..>',
      'Compare results with the first one, or two knees, or two plans',
      compareOptions,
      async (options) => {
        const { commandCompare } = await import('./compare.ts');
        end(await commandCompare(options));
      },
    )
    .command('plan [input]', 'Predict how many shards a load needs, and their price', planLine, async (options) => {
      const { commandPlan } = await import('./plan.ts');
      end(await commandPlan(options));
    })
    .command('merge <results..>', 'Put parts of one scenario together, exactly', mergeLine, async (options) => {
      const { commandMerge } = await import('./merge.ts');
      end(await commandMerge(options));
    })
    .command('cut <result>', 'Judge a stretch or a phase of a run again', cutLine, async (options) => {
      const { commandCut } = await import('./cut.ts');
      end(await commandCut(options));
    })
    .command(
      'sketch <inputs..>',
      'Count the rates, keys and sizes of a stream or trace into a small file',
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
    .command('list', 'Show the ready-made scenarios', jsonOption('Print JSON'), async (options) => {
      const { commandList } = await import('./list.ts');
      end(await commandList(options));
    })
    .command('init [file]', 'Write a commented scenario that runs as it is', initOptions, async (options) => {
      const { commandInit } = await import('./init.ts');
      end(await commandInit(options));
    })
    .command('doctor', 'Check that this machine is fit to measure', jsonOption('Print JSON'), async (options) => {
      const { commandDoctor } = await import('./doctor.ts');
      end(await commandDoctor(options));
    })
    .command('bench [names..]', 'Measure the parts of streamgauge one by one', benchOptions, async (options) => {
      const { commandBench } = await import('./bench.ts');
      end(await commandBench(options));
    })
    .completion('completion', 'Print a completion script for the shell that SHELL names')
    .example('$0 list', 'the scenarios that come with the package')
    .example('$0 run web-clickstream', 'run one of them; results go to results/web-clickstream')
    .example('$0 gate s.yaml --baseline http://127.0.0.1:4567 --candidate http://127.0.0.1:4568', 'which is slower?')
    .example('$0 history check results/web-clickstream --history history', 'did it get slower since last time?')
    .example("$0 knee s.yaml --slo 'putToGet.p99 < 70ms'", 'the highest rate that keeps it')
    .example('$0 calibrate kinesis:orders --endpoint http://127.0.0.1:4567', 'a profile for a twin')
    .example('$0 report results/web-clickstream --format markdown', 'its report')
    .example("$0 plan --rate 4000/s --size 800B --slo 'throttledRecords.ratio < 1%'", 'how many shards?')
    .example('$0 serve --stream orders:4', 'a Kinesis endpoint on http://127.0.0.1:4567')
    .example('$0 init && $0 run scenario.yaml', 'start one of your own')
    .epilogue(
      'Exit codes: 0 passed, 1 fault of ours, 2 bad usage or scenario, 3 target failed,\n4 threshold failed, 5 invalid, 6 inconclusive, 130 interrupted.',
    );
}

/** Options and operands that may be repeated. The last value of any other option counts. */
const REPEATABLE: ReadonlySet<string> = new Set([
  '_',
  'names',
  'stream',
  'account-of',
  'cors',
  'results',
  'inputs',
  'with',
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

function runOptions(command: Argv) {
  return command
    .positional('scenario', { type: 'string', demandOption: true, describe: 'A file, or a name that `list` shows' })
    .option('dry-run', { type: 'boolean', describe: 'Print the plan of the run, and run nothing' })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder for the result  [results/<scenario>]' })
    .option('json', { type: 'boolean', describe: 'Print the result as JSON instead of a summary' })
    .option('quiet', { type: 'boolean', describe: 'Print the verdict only' })
    .option('seed', { type: 'string', requiresArg: true, describe: "Use this seed instead of the scenario's own" })
    .option('no-live', { type: 'boolean', describe: 'Draw nothing while the run goes on' })
    .option('report', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: 'Write these formats beside the result, such as markdown,junit',
    })
    .option('push', { type: 'string', requiresArg: true, describe: 'Send metrics to this Pushgateway while it runs' })
    .option('otlp', { type: 'string', requiresArg: true, describe: 'Send metrics to this OTLP/HTTP endpoint' })
    .option('push-interval', { type: 'string', requiresArg: true, describe: 'How often  [5s]' })
    .option('web', { type: 'boolean', describe: 'Serve a page to this machine that shows the run while it goes on' })
    .option('web-port', { type: 'string', requiresArg: true, describe: 'Its port, instead of a free one' })
    .implies('web-port', 'web')
    .option('part', {
      type: 'string',
      requiresArg: true,
      describe: 'Make one part of the load: 2/4 is the second of four',
    })
    .option('start-at', {
      type: 'string',
      requiresArg: true,
      describe: 'Begin at this time, for parts on several machines',
    })
    .option('yes', { type: 'boolean', describe: 'Start without asking, whatever the run would cost' })
    .option('force', { type: 'boolean', describe: 'Replace an earlier result in the folder instead of keeping both' })
    .conflicts('json', 'quiet')
    .conflicts('dry-run', 'quiet');
}

function compareOptions(command: Argv) {
  return command
    .positional('results', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Folders or files of results, knees or plans',
    })
    .option('with', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Runs of the other side; the results before it are runs of the first',
    })
    .option('floor', { type: 'string', requiresArg: true, describe: 'Changes below it count as none  [2%]' })
    .option('force', { type: 'boolean', describe: 'Compare although scenarios or machines differ, with a warning' })
    .option('json', { type: 'boolean', describe: 'Print everything as JSON' });
}

function initOptions(command: Argv) {
  return command
    .positional('file', { type: 'string', default: 'scenario.yaml', describe: 'The file to write' })
    .option('force', { type: 'boolean', describe: 'Overwrite the file if it exists' });
}

function benchOptions(command: Argv) {
  return command
    .positional('names', { type: 'string', array: true, default: [], describe: 'Which ones; all when none is named' })
    .option('json', { type: 'boolean', describe: 'Print JSON' });
}

function jsonOption(describe: string) {
  return (command: Argv) => command.option('json', { type: 'boolean', describe });
}

async function ownVersion(args: readonly string[]): Promise<string> {
  if (!args.includes('--version')) return '';
  const { readOwnVersion } = await import('../package.ts');
  return readOwnVersion();
}
