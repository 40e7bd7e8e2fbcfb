import { afterAll, describe, expect, test } from 'vitest';
import { Account } from '../../engine/account/account.ts';
import { AccountService } from '../../engine/account/service/account-service.ts';
import { callOperation, type OperationName } from '../../engine/account/service/operations.ts';
import { ACCOUNT_ID, CALLS, CLICKS, type Responses } from './operation-table.ts';

/** ARNs with something behind the name, in every operation that takes one, just before the call that succeeds. */
const account = new Account({
  accountId: ACCOUNT_ID,
  limits: 'none',
  delaysMs: { creating: 0, updating: 0, deleting: 0, registering: 0 },
});
const service = new AccountService(account);
const outputs: Record<string, Record<string, unknown>> = {};
const SUFFIXES = ['/consumer/nope:1', '/whatever', '/', '/consumer/nope', '/consumer/nope:1/', ':1', ' '];
const ARN_MEMBERS = ['StreamARN', 'ResourceARN', 'ConsumerARN', 'ChannelARN'] as const;
const WITHOUT_ARN = new Set(['CreateStream', 'ListStreams']);
const rejected: string[] = [];

afterAll(() => account.close());

const call = async (operation: OperationName, input: object): Promise<object> =>
  operation === 'SubscribeToShard'
    ? service.subscribe(input as never, { event: () => true, end: () => {}, fail: () => {} })
    : callOperation(account, operation, input);

const codeOf = async (operation: OperationName, input: object): Promise<unknown> => {
  try {
    await call(operation, input);
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
  return 'no error';
};

/** The input with each ARN made longer; a name is made an ARN first. */
function variants(operation: OperationName, input: Readonly<Record<string, unknown>>, suffix: string): object[] {
  const arns: object[] = [];
  for (const member of ARN_MEMBERS) {
    if (typeof input[member] === 'string') arns.push({ ...input, [member]: `${input[member]}${suffix}` });
  }
  const { StreamName, ...others } = input;
  if (typeof StreamName === 'string' && !WITHOUT_ARN.has(operation)) {
    arns.push({ ...others, StreamARN: `${account.arnOf(StreamName)}${suffix}` });
    arns.push({ ...input, StreamARN: `${account.arnOf(StreamName)}${suffix}` });
  }
  if (operation === 'GetRecords') arns.push({ ...input, StreamARN: `${account.arnOf('orders')}${suffix}` });
  if (operation === 'CreateChannel') {
    const [first] = input.StreamConfigurationList as readonly { readonly StreamARN: string }[];
    const StreamConfigurationList = [{ ...first, StreamARN: `${first!.StreamARN}${suffix}` }];
    arns.push({ ...input, StreamConfigurationList });
  }
  return arns;
}

describe.sequential('an ARN with anything behind the name', () => {
  test('is rejected by every operation that takes an ARN', async () => {
    await callOperation(account, 'CreateStream', { ...CLICKS, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    for (const { operation, input } of CALLS) {
      const good = input(outputs as Responses) as Record<string, unknown>;
      for (const suffix of SUFFIXES) {
        for (const bad of variants(operation, good, suffix)) {
          const code = await codeOf(operation, bad);
          expect([operation, bad, code]).toEqual([
            operation,
            bad,
            expect.stringMatching(/^(ResourceNotFound|InvalidArgument|Validation)Exception$/),
          ]);
          rejected.push(operation);
        }
      }
      outputs[operation] = { ...(await call(operation, good)) };
    }
    const takesNone = CALLS.map(({ operation }) => operation).filter((operation) => !rejected.includes(operation));
    expect(takesNone.sort()).toEqual([
      'CreateStream',
      'DescribeAccountSettings',
      'DescribeLimits',
      'ListChannels',
      'ListStreams',
      'UpdateAccountSettings',
    ]);
  });
});
