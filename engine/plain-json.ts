/** The value of a text of JSON, undefined if it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for arrays, too, which have none of the members that are looked for. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A member of an object, undefined if the value is none or lacks it. */
export const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
