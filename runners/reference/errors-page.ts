import { ENGINE_ERRORS } from '../../engine/errors.ts';
import type { ErrorCatalogue } from '../../errors/streamgauge-error.ts';
import { REPORT_ERRORS } from '../../reports/errors.ts';
import { PROBLEM_MEANINGS, WORKLOAD_ERRORS } from '../../workloads/errors.ts';
import { RUNNER_ERRORS } from '../errors.ts';
import { code, escaped, page, table } from './markdown.ts';

export function errorsPage(): string {
  return page(
    'Errors',
    'An error has a code for programs, the event with its numbers and names, and the next step. A code never changes its meaning. ' +
      'If an error has no next step of its own, it ends with the one in the table. [Exit codes](commands.md#exit-codes) are listed ' +
      'with the commands. With `STREAMGAUGE_DEBUG=1`, an error is printed with its stack.',
    '## Commands and runs',
    catalogueTable(RUNNER_ERRORS),
    '## Scenarios',
    catalogueTable(WORKLOAD_ERRORS),
    '`SCENARIO_INVALID` lists all problems of the scenario, each with its place and a code of its own:',
    table(
      ['code', 'meaning'],
      Object.entries(PROBLEM_MEANINGS).map(([name, meaning]) => [code(name), escaped(meaning)]),
    ),
    '## Results and other saved files',
    catalogueTable(REPORT_ERRORS),
    '## The engine',
    'Errors of Kinesis operations have the names that AWS documents, such as `ResourceNotFoundException`. These codes are of the ' +
      'engine itself:',
    catalogueTable(ENGINE_ERRORS),
  );
}

function catalogueTable(catalogue: ErrorCatalogue): string {
  return table(
    ['code', 'exit code', 'meaning', 'next step'],
    Object.entries(catalogue).map(([name, { exitCode, meaning, hint }]) => [
      code(name),
      String(exitCode),
      meaning,
      hint,
    ]),
  );
}
