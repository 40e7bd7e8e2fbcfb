import { createRequire } from 'node:module';

/** jq as a WebAssembly module: the real program, run once for each call. */
export interface Jq {
  /** @throws JqError if jq ends with an exit code, which a single failing input is enough for. */
  raw(input: string | Uint8Array, filter: string, flags: readonly string[]): string | undefined;
}

/** Exit code of jq for a filter that is no jq. */
const COMPILE_ERROR = 3;

/** Takes some 50 ms and 30 MB, so only streams with a query load it. The package has no types. */
export async function loadJq(): Promise<Jq> {
  return (await createRequire(import.meta.url)('jq-web')) as Jq;
}

/** Compiles a query without running it, because there is no input. @returns why it cannot be compiled, or undefined. */
export function compileProblem(jq: Jq, query: string): string | undefined {
  try {
    jq.raw('', query, ['-c']);
    return undefined;
  } catch (error) {
    const { exitCode, stderr } = error as { readonly exitCode?: number; readonly stderr?: string };
    return exitCode === COMPILE_ERROR ? (stderr ?? 'It cannot be compiled.') : undefined;
  }
}
