import type { CsvGrouping } from '../../reports/export/csv.ts';
import type { ExpositionFormat } from '../../reports/export/exposition.ts';
import type { NamedResult } from '../../reports/result/named-result.ts';
import { runnerError } from '../errors.ts';
import { meant } from './usage.ts';

export interface FormatOptions {
  /** Colours for a terminal. Files have none. */
  readonly colours: boolean;
  readonly width: number;
  /** Paths of the results, by index. Only the terminal report shows them. */
  readonly paths: readonly string[];
  readonly csvBy: CsvGrouping;
}

interface Format {
  /** Name of the file in a folder of reports. */
  readonly fileName: string;
  /** Renders the report. The code of a format is loaded when it is first used. */
  readonly render: (results: readonly NamedResult[], options: FormatOptions) => Promise<string>;
}

const FORMATS = {
  terminal: {
    fileName: 'report.txt',
    render: async (results, { paths, ...style }) => {
      const [first, ...others] = results;
      if (first === undefined || others.length > 0) {
        const { renderOverlay } = await import('../../reports/text/render-overlay.ts');
        return `${renderOverlay(results, style)}\n`;
      }
      const { renderSummary } = await import('../../reports/text/render-text.ts');
      const [resultPath] = paths;
      return `${renderSummary(first.result, { ...style, ...(resultPath === undefined ? {} : { resultPath }) })}\n`;
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
  html: {
    fileName: 'report.html',
    render: async (results) => {
      const { renderHtml } = await import('../../reports/html/render-html.ts');
      return renderHtml(results);
    },
  },
  csv: {
    fileName: 'report.csv',
    render: async (results, { csvBy }) => {
      const { renderCsv } = await import('../../reports/export/csv.ts');
      return renderCsv(results, csvBy);
    },
  },
  hlog: {
    fileName: 'report.hlog',
    render: async (results) => {
      const { renderHlog } = await import('../../reports/export/hlog.ts');
      return renderHlog(results);
    },
  },
  prometheus: { fileName: 'report.prom', render: (results) => exposition(results, 'prometheus') },
  openmetrics: { fileName: 'report.openmetrics', render: (results) => exposition(results, 'openmetrics') },
  json: {
    fileName: 'report.json',
    render: async (results) => {
      const { renderJson } = await import('../../reports/text/render-json.ts');
      const texts = results.map(({ result }) => renderJson(result));
      return texts.length === 1 ? texts.join('') : `[${texts.map((text) => text.trimEnd()).join(',\n')}]\n`;
    },
  },
} as const satisfies Readonly<Record<string, Format>>;

async function exposition(results: readonly NamedResult[], format: ExpositionFormat): Promise<string> {
  const { resultMetrics } = await import('../../reports/export/result-metrics.ts');
  const { renderExposition } = await import('../../reports/export/exposition.ts');
  return renderExposition(resultMetrics(results), format);
}

export type FormatName = keyof typeof FORMATS;
const FORMAT_NAMES = Object.keys(FORMATS).filter(isFormat);

export function formatOf(name: FormatName): Format {
  return FORMATS[name];
}

/**
 * @param texts names of formats; each text may contain several, separated by commas.
 * @returns each format once, in the order given.
 * @throws RUNNER_USAGE for an unknown name, with the nearest known one.
 */
export function parseFormats(texts: readonly string[]): FormatName[] {
  const names = texts.flatMap((text) => text.split(',')).map((name) => name.trim());
  const formats = names.map((name) => {
    if (isFormat(name)) return name;
    const what = `a report format must be one of ${FORMAT_NAMES.join(', ')}, got "${name}"`;
    throw runnerError('RUNNER_USAGE', {
      what,
      fix: `${meant(name, FORMAT_NAMES)}Separate several formats with commas.`,
    });
  });
  return [...new Set(formats)];
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}
