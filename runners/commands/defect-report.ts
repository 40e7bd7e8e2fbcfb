import { describeError } from './describe-error.ts';

const REPORTS_MAX = 100;

/**
 * Tells whoever runs a server of faults of ours, which its clients know as InternalFailure alone: each once, and not without
 * end, as a client may cause the same one a thousand times a second.
 */
export function defectReport(
  write: (text: string) => void,
  { debug }: { readonly debug: boolean },
): (error: unknown, operation: string) => void {
  const told = new Set<string>();
  return (error, operation) => {
    const text = `${operation}: ${describeError(error, { debug }).text}\n`;
    if (told.has(text) || told.size === REPORTS_MAX) return;
    told.add(text);
    write(text);
  };
}
