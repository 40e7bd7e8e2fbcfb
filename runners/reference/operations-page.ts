import { OPERATION_SUPPORT, type OperationSupport } from '../../engine/account/service/operation-support.ts';
import { FIREHOSE_OPERATION_SUPPORT } from '../../engine/firehose/service/operation-support.ts';
import { code, page, table } from './markdown.ts';

type SupportTable = Readonly<Record<string, OperationSupport>>;

export function operationsPage(): string {
  return page(
    'Operations',
    ...operations('Kinesis Data Streams', OPERATION_SUPPORT),
    '## Amazon Data Firehose',
    ...operations('Amazon Data Firehose', FIREHOSE_OPERATION_SUPPORT),
    'The [guide to Firehose](../guide/firehose.md) lists the destinations.',
  );
}

function operations(service: string, support: SupportTable): readonly string[] {
  const rows = Object.entries(support);
  const complete = rows.filter(([, each]) => each === 'complete');
  return [
    `The engine has all ${rows.length} operations of the AWS SDK's client for ${service}. ` +
      `${complete.length} are complete: they check their input, change state, and return output and errors as AWS documents them. ` +
      `The other ${rows.length - complete.length} are partial.`,
    table(
      ['operation', 'support', 'limits'],
      rows.map(([name, each]) => [
        code(name),
        each === 'complete' ? 'complete' : 'partial',
        each === 'complete' ? '' : each.limits,
      ]),
    ),
  ];
}
