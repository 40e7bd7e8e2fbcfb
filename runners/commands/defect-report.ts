import { describeError } from './describe-error.ts';

const REPORTS_MAX = 100;

/**
 * Prints defects of the server for the person who runs it: its clients see InternalFailure only. Each defect is printed once,
 * and the number is limited, because a client may cause the same defect a thousand times per second.
 */
export function defectReport(
  write: (text: string) => void,
  { debug }: { readonly debug: boolean },
): (error: unknown, operation: string) => void {
  const printed = new Set<string>();
  return (error, operation) => {
    const text = `${operation}: ${describeError(error, { debug }).text}\n`;
    if (printed.has(text) || printed.size === REPORTS_MAX) return;
    printed.add(text);
    write(text);
  };
}
