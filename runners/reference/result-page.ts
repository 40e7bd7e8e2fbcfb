import { z } from 'zod';
import { RESULT_SCHEMA_VERSION } from '../../reports/result/result.ts';
import { resultSchema } from '../../reports/result/result-schema.ts';
import { type JsonSchema, type ObjectSection, objectSections, typeText } from './json-schema.ts';
import { anchor, code, page, table } from './markdown.ts';
import { RESULT_TEXTS } from './result-texts.ts';

export function resultPage(texts: FieldTexts = new FieldTexts(RESULT_TEXTS)): string {
  const schema = z.toJSONSchema(resultSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const sections = objectSections(schema).filter(({ path }) => !/^scenario\b/u.test(path));
  return page(
    'Result file',
    `\`result.json\` is what a run leaves in its folder, and all that reports are made from. This is version ${RESULT_SCHEMA_VERSION} of the format.`,
    'Names end with their unit: `Ns` is nanoseconds, `Ms` milliseconds, `Bytes` bytes, `PerSecond` a rate. A `Ratio` is 0 to 1 ' +
      'unless noted. Fields without a note are always present.',
    ...sections
      .filter((section) => firstLike(section, sections) === section)
      .flatMap((section) => sectionText(section, sections, texts)),
  );
}

/** Texts by field, and which of them were used. */
export class FieldTexts {
  readonly #texts: Readonly<Record<string, string>>;
  readonly #used = new Set<string>();

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = texts;
  }

  /** @throws Error for a field without a text. */
  textOf({ path, form }: ObjectSection, key: string): string {
    const names = [`${headingOf({ path, form })}.${key}`, `${path}.${key}`, key];
    const name = names.find((candidate) => this.#texts[candidate] !== undefined);
    if (name === undefined) throw new Error(`result-texts.ts has no text for ${names[0]}`);
    this.#used.add(name);
    return this.#texts[name]!;
  }

  unused(): string[] {
    return Object.keys(this.#texts).filter((name) => !this.#used.has(name));
  }
}

function sectionText(section: ObjectSection, all: readonly ObjectSection[], texts: FieldTexts): string[] {
  const required = new Set(section.schema.required);
  const rows = Object.entries(section.schema.properties ?? {}).map(([key, value]) => [
    code(key),
    linked(section, key, value, all),
    required.has(key) ? '' : 'optional',
    texts.textOf(section, key),
  ]);
  return [`## ${headingOf(section)}`, table(['field', 'value', 'present', 'meaning'], rows)];
}

function headingOf({ path, form }: Pick<ObjectSection, 'path' | 'form'>): string {
  if (path === '') return 'The whole result';
  return form.startsWith('kind: ') ? `${path} (${form})` : path;
}

function linked(section: ObjectSection, key: string, value: JsonSchema, all: readonly ObjectSection[]): string {
  const path = section.path === '' ? key : `${section.path}.${key}`;
  const links = all
    .filter((other) => [path, `${path}[]`, `${path}.*`].includes(other.path))
    .map((other) => {
      const heading = headingOf(firstLike(other, all));
      return `[${other.form.startsWith('kind: ') ? other.form : heading}](#${anchor(heading)})`;
    });
  const text = typeText(value, TYPE_NAMES);
  return links.length === 0 ? text : text.replace('object', `object: ${[...new Set(links)].join(', ')}`);
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([['date-time', 'time']]);

/** Objects of the same fields are described once, where they come first. */
function firstLike(section: ObjectSection, all: readonly ObjectSection[]): ObjectSection {
  const fields = JSON.stringify(section.schema);
  return all.find(({ schema }) => JSON.stringify(schema) === fields) ?? section;
}
