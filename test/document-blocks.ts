import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Reading of the documents: their fenced blocks, and the comment above a block that directs the tests. */

export const ROOT = resolve(import.meta.dirname, '..');

export interface Block {
  readonly language: string;
  readonly text: string;
  /** The comment on the line above: `file: NAME`, `exit code: N`, `background` or `not run: REASON`. */
  readonly directive: Directive;
}

export interface Directive {
  /** The file that the block is written to before later blocks run. */
  readonly file?: string;
  /** The exit code that its last command ends with; 0 without it. */
  readonly exitCode: number;
  /** The block's one command keeps running until the last block of the page has run. */
  readonly background: boolean;
  /** The reason why the tests do not run the block. */
  readonly notRun?: string;
}

const FENCE = /(?:^<!-- (.+) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(FENCE)].map(([, comment = '', language = '', text = '']) => ({
    language,
    text,
    directive: directiveOf(comment),
  }));
}

function directiveOf(comment: string): Directive {
  const [, key = '', value = ''] = comment.match(/^([\w ]+?)(?:: (.+))?$/) ?? [];
  return {
    exitCode: key === 'exit code' ? Number(value) : 0,
    background: key === 'background',
    ...(key === 'file' ? { file: value } : {}),
    ...(key === 'not run' ? { notRun: value } : {}),
  };
}

/** A command of a console block, and the output that the document shows for it. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string;
}

/** Splits a console block at its prompts. A line that ends with a backslash continues on the next one. */
export function commandsOf(block: string): ShownCommand[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [, command = '', output = ''] = part.match(/^((?:.*\\\n)*.*)\n?([\s\S]*)$/) ?? [];
      return { command, output };
    });
}

/**
 * Returns the words of an output that do not change from run to run, in their order: numbers with their units, hashes,
 * times (`at once` is one), the model of the processor and the marks of charts are removed.
 */
export function wordsOf(output: string): string[] {
  return output
    .replace(/\bat once\b/g, ' ')
    .replace(/\(\d+ x [^,]+, (?=Node\b)/g, ' ')
    .replace(/[\u2190-\u21ff\u2500-\u25ff\u2713\u2717\u2800-\u28ff×•·*?]+/gu, ' ')
    .split(/\s+/)
    .map((word) => word.replace(/^["'(]+|["',.;:)]+$/g, ''))
    .filter((word) => /[a-z]/i.test(word) && !/\d/.test(word));
}

/** Returns the first shown word that the real output does not have after the words before it, with its neighbours. */
export function missingWord(shown: string, real: string): string | undefined {
  const expected = wordsOf(shown);
  const found = wordsOf(real);
  let from = 0;
  for (const [index, word] of expected.entries()) {
    const place = found.indexOf(word, from);
    if (place < 0) return `"${word}" in "${expected.slice(Math.max(0, index - 4), index + 4).join(' ')}"`;
    from = place + 1;
  }
  return undefined;
}

/** Returns the Markdown files of a folder as paths from the root. */
export function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

export function page(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
