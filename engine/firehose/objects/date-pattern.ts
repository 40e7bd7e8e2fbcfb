import { DATE_FIELDS } from './date-fields.ts';
import type { ZonedTime } from './zoned-time.ts';

/** Text of an instant by a pattern. */
export type DateText = (time: ZonedTime) => string;

export type ReadPattern =
  | { readonly kind: 'pattern'; readonly textAt: DateText }
  | { readonly kind: 'problem'; readonly problem: string };

/** Reserved by Java, or optional sections, which a formatter without optional fields does not need. */
const RESERVED = '[]{}#';

/** Reads a pattern of Java's DateTimeFormatter. Letters that are not in DATE_FIELDS are problems, as other letters are in Java. */
export function readDatePattern(pattern: string): ReadPattern {
  const parts: DateText[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at]!;
    if (char === "'") {
      const quoted = readQuoted(pattern, at);
      if (quoted === undefined) return problem(`The quote at position ${at + 1} has no end.`);
      parts.push(() => quoted.text);
      at = quoted.end;
    } else if (/[A-Za-z]/.test(char)) {
      const field = DATE_FIELDS[char];
      if (field === undefined)
        return problem(
          `The letter ${char} is none of ${Object.keys(DATE_FIELDS).join(' ')}. Put text in single quotes.`,
        );
      let count = 1;
      while (pattern[at + count] === char) count += 1;
      if (count > field.countMax)
        return problem(`The letter ${char} may be repeated up to ${field.countMax} times, got ${count}.`);
      parts.push((time) => field.text(time, count));
      at += count;
    } else if (RESERVED.includes(char)) {
      return problem(`The character ${char} is reserved. Put text in single quotes.`);
    } else {
      parts.push(() => char);
      at += 1;
    }
  }
  if (parts.length === 0) return problem('The pattern is empty.');
  return { kind: 'pattern', textAt: (time) => parts.map((part) => part(time)).join('') };
}

const problem = (text: string): ReadPattern => ({ kind: 'problem', problem: text });

/** Two quotes next to each other are one quote, inside of quoted text and outside. */
function readQuoted(pattern: string, start: number): { readonly text: string; readonly end: number } | undefined {
  if (pattern[start + 1] === "'") return { text: "'", end: start + 2 };
  let text = '';
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] !== "'") text += pattern[at];
    else if (pattern[at + 1] === "'") {
      text += "'";
      at += 1;
    } else return { text, end: at + 1 };
  }
  return undefined;
}
