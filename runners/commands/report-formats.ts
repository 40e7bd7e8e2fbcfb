import type { NamedResult } from '../../reports/export/named-result.ts';
import { RunnerError } from '../errors.ts';
import { meant } from './usage.ts';

export interface FormatOptions {
  /** Of the terminal's text; files are never coloured. */
  readonly colours: boolean;
  readonly width: number;
  /** Where the result lies, by index; only the terminal's text says so. */
  readonly paths: readonly string[];
}

interface Format {
  /** In a folder of reports. */
  readonly fileName: string;
  /** Renderers are loaded when they are asked for. */
  readonly render: (results: readonly NamedResult[], options: FormatOptions) => Promise<string>;
}

const FORMATS = {
  terminal: {
    fileName: 'report.txt',
    render: async (results, { paths, ...style }) => {
      const { renderSummary } = await import('../../reports/text/render-text.ts');
      const texts = results.map(({ result }, index) => {
        const resultPath = paths[index];
        return renderSummary(result, { ...style, ...(resultPath === undefined ? {} : { resultPath }) });
      });
      return `${texts.join('\n\n')}\n`;
    },
  },
  markdown: {
    fileName: 'report.md',
    render: async (results) => {
      const { renderMarkdown } = await import('../../reports/export/markdown.ts');
      return renderMarkdown(results);
    },
  },
  junit: {
    fileName: 'report.junit.xml',
    render: async (results) => {
      const { renderJunit } = await import('../../reports/export/junit.ts');
      return renderJunit(results);
    },
  },
  json: {
    fileName: 'report.json',
    render: async (results) => {
      const { renderJson } = await import('../../reports/text/render-json.ts');
      const texts = results.map(({ result }) => renderJson(result));
      return texts.length === 1 ? texts.join('') : `[${texts.map((text) => text.trimEnd()).join(',\n')}]\n`;
    },
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS).filter(isFormat);

export function formatOf(name: FormatName): Format {
  return FORMATS[name];
}

/**
 * @param texts names, also several separated by commas.
 * @returns each format once, in the order given.
 * @throws RUNNER_USAGE for a name that is none, with the nearest one.
 */
export function parseFormats(texts: readonly string[]): FormatName[] {
  const names = texts.flatMap((text) => text.split(',')).map((name) => name.trim());
  const formats = names.map((name) => {
    if (isFormat(name)) return name;
    const fix = `${meant(name, FORMAT_NAMES)}There are ${FORMAT_NAMES.join(', ')}.`;
    throw new RunnerError('RUNNER_USAGE', { what: `"${name}" is not a format of reports`, fix });
  });
  return [...new Set(formats)];
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}
