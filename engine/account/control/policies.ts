import type {
  DeleteResourcePolicyInput,
  GetResourcePolicyInput,
  GetResourcePolicyOutput,
  PutResourcePolicyInput,
} from '@aws-sdk/client-kinesis';
import type { Account } from '../account.ts';
import { invalidArgument, resourceNotFound } from '../errors.ts';
import { findPolicyHolder, requireReady } from './resources.ts';

/** AWS returns this if no policy is attached (recorded from AWS). */
const EMPTY_POLICY = '{}';

/** Policies are kept and returned, and keep nobody out: callers have no identity here. */
export function putResourcePolicy(account: Account, input: PutResourcePolicyInput): Record<never, never> {
  const { ResourceARN: arn = '', Policy = '' } = input;
  const holder = findPolicyHolder(account, arn);
  requireReady(account, arn);
  checkPolicy(Policy);
  holder.policy = Policy;
  account.changed();
  return {};
}

export const getResourcePolicy = (account: Account, input: GetResourcePolicyInput): GetResourcePolicyOutput => ({
  Policy: findPolicyHolder(account, input.ResourceARN ?? '').policy ?? EMPTY_POLICY,
});

export function deleteResourcePolicy(account: Account, input: DeleteResourcePolicyInput): Record<never, never> {
  const { ResourceARN: arn = '' } = input;
  const holder = findPolicyHolder(account, arn);
  if (holder.policy === undefined) throw resourceNotFound(`No resource policy found for resource ARN ${arn}`);
  holder.policy = undefined;
  account.changed();
  return {};
}

/** SDK: "It must include the identity of the principal and the actions allowed on this resource." */
function checkPolicy(policy: string): void {
  const statements = statementsOf(policy);
  if (statements === undefined) throw invalidArgument('Policy is not a JSON document with a Statement.');
  const complete = statements.every(
    (statement) => isObject(statement) && has(statement, 'Principal') && has(statement, 'Action'),
  );
  if (!complete) throw invalidArgument('Policy has a Statement without a Principal or without an Action.');
}

function statementsOf(policy: string): readonly unknown[] | undefined {
  try {
    const document: unknown = JSON.parse(policy);
    if (!isObject(document) || !('Statement' in document)) return undefined;
    const { Statement } = document;
    const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
    return statements.length === 0 ? undefined : statements;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Each may be turned round, as in NotAction. */
const has = (statement: object, part: string): boolean => part in statement || `Not${part}` in statement;
