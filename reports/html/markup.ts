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
 * html`<td>${name}</td>` escapes every value, for text and for quoted attributes, unless the value is Markup already. Lists
 * are joined; undefined renders nothing. Only Markup passes unescaped, so that escaping cannot be forgotten.
 */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + textOf(contents[i - 1]) + part));
}

/** Escapes text and replaces characters that HTML forbids: names come from users and messages from targets. */
function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/gu, (character) => ENTITIES[character]!)
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** Renders JSON for a script element of type application/json: `<` is the only character that could end the element. */
export function jsonForScript(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(textOf).join('') : escapeHtml(String(content));
}
