/** Digits from which on a number may not be a double. */
const LONG_NUMBER = /\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/**
 * Parses JSON with whole numbers beyond 2^53 as bigint. Text without a long run of digits has none, and takes the fast way.
 * @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  const reviver: Reviver = (_, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && WHOLE_NUMBER.test(source)
      ? BigInt(source)
      : value;
  return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
}
