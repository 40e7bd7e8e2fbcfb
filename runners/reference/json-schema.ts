/** The part of JSON Schema that zod writes for the schemas of this project. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

export interface ObjectSection {
  /** Path of the object, for example `workloads[].phases[]`; empty for the whole document. */
  readonly path: string;
  /** The key that distinguishes it from other forms at this path, for example `kind: engine`; empty if there is one form only. */
  readonly form: string;
  readonly schema: JsonSchema;
}

/** Names of formats that a page explains, by pattern. */
export type PatternNames = ReadonlyMap<string, string>;

/** Every object of a schema, outer ones first, in the order of the document. */
export function objectSections(schema: JsonSchema, path = ''): ObjectSection[] {
  const forms = formsOf(schema);
  const objects = forms.filter(({ properties }) => properties !== undefined);
  return [
    ...objects.flatMap((object) => [
      { path, form: objects.length > 1 || forms.length > 1 ? formName(object, objects) : '', schema: object },
      ...Object.entries(object.properties ?? {}).flatMap(([key, inner]) =>
        objectSections(inner, path === '' ? key : `${path}.${key}`),
      ),
    ]),
    ...forms.flatMap((form) => listItems(form).flatMap((item) => objectSections(item, `${path}[]`))),
    ...forms
      .filter(
        ({ properties, additionalProperties }) => properties === undefined && typeof additionalProperties === 'object',
      )
      .flatMap((form) => objectSections(form.additionalProperties as JsonSchema, `${path}.*`)),
  ];
}

/** A schema with alternatives as the list of them; any other as a list of one. */
function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  const forms = Array.isArray(schema.type)
    ? schema.type.map((type: string): JsonSchema => ({ ...schema, type }))
    : (schema.anyOf ?? schema.oneOf);
  return forms === undefined ? [schema] : forms.flatMap(formsOf);
}

function listItems({ items }: JsonSchema): readonly JsonSchema[] {
  if (items === undefined) return [];
  return Array.isArray(items) ? items : [items as JsonSchema];
}

/** `kind: engine`, or the keys that this form has and its siblings have not. */
function formName(object: JsonSchema, siblings: readonly JsonSchema[]): string {
  const properties = object.properties ?? {};
  const constant = Object.entries(properties).find(([, { const: value }]) => typeof value === 'string');
  if (constant !== undefined && constant[0] === 'kind') return `kind: ${String(constant[1].const)}`;
  const others = siblings.filter((other) => other !== object);
  const own = Object.keys(properties).find((key) => others.every((other) => other.properties?.[key] === undefined));
  return own ?? Object.keys(properties)[0] ?? '';
}

/** The type of a value in words: `duration`, `whole number, 1 to 4096`, `a or b`. */
export function typeText(schema: JsonSchema, patterns: PatternNames): string {
  const forms = formsOf(schema);
  if (forms.length > 1) {
    const texts = distinct(forms.map((form) => typeText(form, patterns)));
    return [...texts.filter((text) => text !== 'object'), ...texts.filter((text) => text === 'object')].join(' or ');
  }
  const form = forms[0] ?? schema;
  if (form.const !== undefined) return valueText(form.const);
  if (form.enum !== undefined) return form.enum.map(valueText).join(', ');
  switch (form.type) {
    case 'string':
      return patterns.get(form.format ?? form.pattern ?? '') ?? lengthText(form);
    case 'integer':
    case 'number':
      return `${form.type === 'integer' ? 'whole number' : 'number'}${rangeText(form)}`;
    case 'boolean':
      return '`true`, `false`';
    case 'null':
      return '`null`';
    case 'array':
      return listText(form, patterns);
    case 'object':
      return form.properties === undefined && typeof form.additionalProperties === 'object'
        ? `map of ${typeText(form.additionalProperties, patterns)}`
        : 'object';
    default:
      return 'any value';
  }
}

function listText(form: JsonSchema, patterns: PatternNames): string {
  const items = listItems(form);
  if (!Array.isArray(form.items)) return `list of ${typeText(items[0] ?? {}, patterns)}`;
  return `list [${items.map((item) => typeText(item, patterns)).join(', ')}]`;
}

function lengthText({ maxLength }: JsonSchema): string {
  return maxLength === undefined || maxLength > 1000 ? 'text' : `text, at most ${maxLength} characters`;
}

function rangeText({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const hasMaximum = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (exclusiveMinimum !== undefined) return `, above ${exclusiveMinimum}${hasMaximum ? `, at most ${maximum}` : ''}`;
  const hasMinimum = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
  if (hasMinimum && hasMaximum) return `, ${minimum} to ${maximum}`;
  if (hasMinimum) return `, at least ${minimum}`;
  return hasMaximum ? `, at most ${maximum}` : '';
}

export function valueText(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
