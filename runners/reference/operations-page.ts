import { OPERATION_SUPPORT } from '../../engine/account/service/operation-support.ts';
import { code, page, table } from './markdown.ts';

export function operationsPage(): string {
  const operations = Object.entries(OPERATION_SUPPORT);
  const complete = operations.filter(([, support]) => support === 'complete');
  return page(
    'Operations',
    `The engine has all ${operations.length} operations of the AWS SDK's client for Kinesis Data Streams. ` +
      `${complete.length} are complete: they check their input, change state, and return output and errors as AWS documents them. ` +
      `The other ${operations.length - complete.length} are partial.`,
    table(
      ['operation', 'support', 'limits'],
      operations.map(([name, support]) => [
        code(name),
        support === 'complete' ? 'complete' : 'partial',
        support === 'complete' ? '' : support.limits,
      ]),
    ),
  );
}
