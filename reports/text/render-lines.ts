import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { columnsOf, takeColumns } from './text-width.ts';

/** Look of a segment in colour. Without colours only the text remains, so no meaning may depend on a style. */
export type Style = 'bold' | 'dim' | 'good' | 'bad' | 'warn';
export type Segment = string | { readonly text: string; readonly style: Style };
export type Line = readonly Segment[];

export interface RenderOptions {
  readonly colours: boolean;
  readonly width: number;
}

const FORMATS: Record<Style, Parameters<typeof styleText>[0]> = {
  bold: 'bold',
  dim: 'dim',
  good: ['bold', 'green'],
  bad: ['bold', 'red'],
  warn: ['bold', 'yellow'],
};

/** Joins lines and cuts each one that is longer than `width`, with an ellipsis at its end. */
export function paint(lines: readonly Line[], { colours, width }: RenderOptions): string {
  return lines.map((line) => paintLine(line, colours, width)).join('\n');
}

/** Puts an empty line between sections and skips empty ones. */
export function joinSections(sections: readonly (readonly Line[])[]): Line[] {
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : [[], ...section]));
}

export function styled(style: Style, text: string): Segment {
  return { text, style };
}

export function textOf(segment: Segment): string {
  return typeof segment === 'string' ? segment : segment.text;
}

/** Replaces control characters: names from scenarios and error messages from targets must not move the cursor. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

/** Columns that the segment takes in a terminal. */
export function lengthOf(segment: Segment): number {
  return columnsOf(textOf(segment));
}

/**
 * Breaks `text` at white space into lines of at most `width` columns; a longer word gets a line of its own. Control characters
 * are replaced first, so that the library finds no escape sequences, which take no columns for it.
 */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(printable(text.replace(/\s+/gu, ' ')), width).split('\n');
}

/** Puts `text` after `head`, wrapped; further lines are indented to the start of the text. */
export function hanging(head: Segment, text: string, width: number, style?: Style): Line[] {
  const indent = lengthOf(head);
  return wrap(text, Math.max(20, width - indent)).map((part, index) => [
    index === 0 ? head : ' '.repeat(indent),
    style === undefined ? part : styled(style, part),
  ]);
}

/**
 * Puts the items after `head`, with commas and without breaking any; further lines start below the first item. wrap-ansi would
 * break items at their spaces.
 */
export function listed(head: Line, items: readonly Segment[], width: number): Line[] {
  const indent = head.reduce((sum, segment) => sum + lengthOf(segment), 0);
  const lines: Segment[][] = [[...head]];
  let at = indent;
  for (const [index, item] of items.entries()) {
    const comma = index < items.length - 1 ? ',' : '';
    const space = at === indent ? '' : ' ';
    const length = space.length + lengthOf(item) + comma.length;
    if (at > indent && at + length > width) {
      lines.push([' '.repeat(indent), item, comma]);
      at = indent + length - space.length;
    } else {
      lines.at(-1)!.push(space, item, comma);
      at += length;
    }
  }
  return lines;
}

function paintLine(line: Line, colours: boolean, width: number): string {
  const total = line.reduce((sum, segment) => sum + lengthOf(segment), 0);
  let room = total > width ? width - 1 : width;
  let painted = '';
  for (const segment of line) {
    const whole = printable(textOf(segment));
    const text = takeColumns(whole, room);
    // After a cut nothing else is shown, even if half of the room for a wide character is left.
    room = text === whole ? room - columnsOf(text) : 0;
    painted += colours && typeof segment !== 'string' && text !== '' ? styledText(segment.style, text) : text;
  }
  return total > width ? `${painted}…` : painted.trimEnd();
}

function styledText(style: Style, text: string): string {
  return styleText(FORMATS[style], text, { validateStream: false });
}
