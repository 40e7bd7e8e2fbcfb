import { FAILURES, type TransformationFunction } from './function-contract.ts';
import { endpointCall, HttpFunction } from './http-function.ts';
import { type LambdaEndpoint, lambdaCall } from './lambda-call.ts';
import { ModuleFunction, type ModuleSource } from './module-function.ts';

/** Where a transformation runs that a delivery stream names by the ARN of a Lambda function. */
export type FunctionSource =
  /** A JavaScript module with a Lambda handler. */
  | ModuleSource
  /** An HTTP endpoint: the event is the body of the request, the records are the body of the response. */
  | { readonly url: string }
  /** Lambda's own invoke API, of AWS or of an emulator. */
  | Omit<LambdaEndpoint, 'functionName'>;

/** Sources by the name of the function. */
export type FunctionSources = Readonly<Record<string, FunctionSource>>;

/** A function without a source fails as one that does not exist, when it is called: the service does not look for it before. */
export function functionOf(lambdaArn: string, sources: FunctionSources): TransformationFunction {
  const source = sources[functionNameIn(lambdaArn)];
  if (source === undefined)
    return { invoke: () => Promise.resolve(FAILURES.notFound()), close: () => Promise.resolve() };
  if ('module' in source) return new ModuleFunction(source);
  const call = 'url' in source ? endpointCall(source.url) : lambdaCall({ ...source, functionName: lambdaArn });
  return new HttpFunction(call);
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with a version or an alias behind it, or the name itself. */
function functionNameIn(lambdaArn: string): string {
  return lambdaArn.split(':')[6] ?? lambdaArn;
}
