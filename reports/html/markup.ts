/** HTML that is safe to put into a page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * html`<td>${name}</td>`: whatever is put in is escaped, for text and for quoted attributes, unless it is Markup already.
 * Lists are joined, undefined is nothing. Forgetting to escape takes an effort: only Markup passes as it is.
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + textOf(contents[i - 1]) + part));
}

/** Names come from users and messages from targets: neither leaves its place, nor brings characters that HTML forbids. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/gu, (character) => ENTITIES[character]!)
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** For a script element of type application/json: `<` is the one character by which it could be left. */
export function jsonForScript(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(textOf).join('') : escapeHtml(String(content));
}
