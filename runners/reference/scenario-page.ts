import { scenarioJsonSchema } from '../../workloads/schema.ts';
import {
  BYTE_RATE_PATTERN,
  DURATION_PATTERN,
  RATE_PATTERN,
  RATIO_PATTERN,
  SIZE_PATTERN,
} from '../../workloads/units.ts';
import { type JsonSchema, type ObjectSection, objectSections, typeText, valueText } from './json-schema.ts';
import { anchor, code, escaped, page, sentence, table } from './markdown.ts';

/** Quantities by the pattern that the schema has for editors, and how each is written. */
const QUANTITIES = [
  { name: 'duration', pattern: DURATION_PATTERN, units: '`ns`, `us`, `ms`, `s`, `m`, `h`', examples: '`5s`, `200ms`' },
  {
    name: 'size',
    pattern: SIZE_PATTERN,
    units: '`B`; powers of 1000: `kB` or `KB`, `MB`, `GB`; powers of 1024: `KiB`, `MiB`, `GiB`',
    examples: '`300B`, `1MiB`',
  },
  {
    name: 'rate',
    pattern: RATE_PATTERN,
    units: 'records `/s`, `/m` or `/h`, with `k`, `M` or `G` for thousands',
    examples: '`1000/s`, `2k/s`',
  },
  { name: 'byte rate', pattern: BYTE_RATE_PATTERN, units: 'a size `/s`, `/m` or `/h`', examples: '`1MB/s`' },
  { name: 'share', pattern: RATIO_PATTERN, units: '`%`, or a plain number from 0 to 1', examples: '`5%`, `0.05`' },
] as const;

const PATTERNS: ReadonlyMap<string, string> = new Map([
  ...QUANTITIES.map(({ name, pattern }): [string, string] => [pattern, name]),
  ['\\.json$', 'path of a `.json` file'],
  ['^shardId-(\\d{12})$', 'shard id'],
]);

export function scenarioPage(): string {
  const sections = objectSections(scenarioJsonSchema() as JsonSchema);
  return page(
    'Scenario',
    'A scenario is a YAML file, or the same as a TypeScript object. Unknown keys are errors. All problems of a scenario are ' +
      'reported at once. `streamgauge init` writes a commented one. Editors complete and check scenarios with ' +
      '[scenario.schema.json](../../workloads/scenario.schema.json), which the package has as `streamgauge/scenario.schema.json`.',
    '## Quantities',
    'A quantity is a number with its unit. A bare number is an error.',
    table(
      ['quantity', 'units', 'examples'],
      QUANTITIES.map(({ name, units, examples }) => [name, units, examples]),
    ),
    ...sections.filter((section) => !isWrapper(section)).flatMap((section) => sectionText(section, sections)),
  );
}

function sectionText(section: ObjectSection, all: readonly ObjectSection[]): string[] {
  const { schema } = section;
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => [
    code(key),
    linked(section, key, value, all),
    defaultText(value, required.has(key)),
    [sentence(escaped(value.description ?? '')), examplesText(value)].filter((text) => text !== '').join(' '),
  ]);
  return [`## ${headingOf(section)}`, table(['key', 'value', 'default', 'meaning'], rows)];
}

/** A form whose one key holds an object, such as `lognormal: { p50, p99 }`: the section of the object describes it. */
function isWrapper({ form, schema }: ObjectSection): boolean {
  const values = Object.values(schema.properties ?? {});
  return form !== '' && values.length === 1 && values[0]?.properties !== undefined;
}

function headingOf({ path, form }: ObjectSection): string {
  if (path === '') return 'The whole scenario';
  return form === '' ? path : `${path} (${form})`;
}

/** The type, with links to the sections of the objects that it holds. */
function linked(section: ObjectSection, key: string, value: JsonSchema, all: readonly ObjectSection[]): string {
  const path = section.path === '' ? key : `${section.path}.${key}`;
  const links = all
    .filter((other) => other.path === path || other.path === `${path}[]`)
    .map((other) => {
      const name = other.form === '' ? other.path : other.form;
      const inner = isWrapper(other) ? all.find(({ path }) => path === `${other.path}.${other.form}`) : undefined;
      return `[${name}](#${anchor(headingOf(inner ?? other))})`;
    });
  const text = typeText(value, PATTERNS);
  return links.length === 0 ? text : text.replace('object', `object: ${links.join(', ')}`);
}

function defaultText({ default: value }: JsonSchema, isRequired: boolean): string {
  if (value !== undefined && !isEmpty(value)) return valueText(value);
  return isRequired ? 'required' : '';
}

const isEmpty = (value: unknown): boolean => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** Examples, except those of quantities, which have a table, and those that the description has. */
function examplesText({ examples = [], pattern, description = '' }: JsonSchema): string {
  const isQuantity = pattern !== undefined && QUANTITIES.some((quantity) => quantity.pattern === pattern);
  const isKnown = examples.every((example) => description.includes(String(example)));
  return examples.length === 0 || isQuantity || isKnown ? '' : `Such as ${examples.map(valueText).join(' or ')}.`;
}
