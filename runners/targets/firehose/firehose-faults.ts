import { type CallFault, faultOf, faultOfCode } from '../../aws/call-faults.ts';

/** Firehose throttles with this code, for a call and for single records of a batch. */
const THROTTLED = 'ServiceUnavailableException';

export const firehoseFaultOfCode = (code: string): CallFault =>
  code === THROTTLED ? { code, kind: 'throttled' } : faultOfCode(code);

/** Meaning of a failed call to Firehose. */
export function firehoseFaultOf(error: unknown): CallFault {
  const fault = faultOf(error);
  return fault.code === THROTTLED ? { ...fault, kind: 'throttled' } : fault;
}
