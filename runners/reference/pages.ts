import { readCommandLine } from '../commands/command-definitions.ts';
import { defineCommands } from '../commands/line.ts';
import { readOwnVersion } from '../package.ts';
import { commandsPage } from './commands-page.ts';
import { errorsPage } from './errors-page.ts';
import { manPage } from './man-page.ts';
import { page, table } from './markdown.ts';
import { metricsPage } from './metrics-page.ts';
import { operationsPage } from './operations-page.ts';
import { resultPage } from './result-page.ts';
import { scenarioPage } from './scenario-page.ts';

/** The command line of the program. @internal */
export const commandLine = () => readCommandLine((parser) => defineCommands(parser, () => undefined));

interface ReferencePage {
  readonly file: string;
  readonly title: string;
  readonly about: string;
  readonly text: () => string;
}

const PAGES: readonly ReferencePage[] = [
  {
    file: 'commands.md',
    title: 'Commands',
    about: 'Every command with its operands, options, defaults and exit codes.',
    text: () => commandsPage(commandLine()),
  },
  {
    file: 'scenario.md',
    title: 'Scenario',
    about: 'Every key of a scenario file, with its unit, range and default.',
    text: scenarioPage,
  },
  {
    file: 'metrics.md',
    title: 'Metrics and thresholds',
    about: 'Every metric, and how a threshold on it is written.',
    text: metricsPage,
  },
  {
    file: 'result.md',
    title: 'Result file',
    about: 'Every field of `result.json`.',
    text: () => resultPage(),
  },
  {
    file: 'errors.md',
    title: 'Errors',
    about: 'Every error code with its meaning, its exit code and the next step.',
    text: errorsPage,
  },
  {
    file: 'operations.md',
    title: 'Operations',
    about: 'Operations of Kinesis Data Streams and Amazon Data Firehose that the engine supports, and their limits.',
    text: operationsPage,
  },
];

/** The generated files of docs/reference by name: the pages, and the manual page. */
export function referencePages(): Map<string, string> {
  const index = page(
    'Reference',
    'These pages are generated from the sources, so that they describe this version exactly. The guides explain; these list. ' +
      '[streamgauge.1](streamgauge.1) is the manual page, which `man streamgauge` shows after `npm install --global streamgauge`.',
    table(
      ['page', 'what it lists'],
      PAGES.map(({ file, title, about }) => [`[${title}](${file})`, about]),
    ),
  );
  const texts = PAGES.map(({ file, text }): [string, string] => [file, text()]);
  return new Map([['index.md', index], ...texts, ['streamgauge.1', manPage(commandLine(), readOwnVersion())]]);
}
