import type { KneeRecord } from './record.ts';
import { renderKneeMarkdown } from './render-markdown.ts';

export function renderKneeHtml(record: KneeRecord): string {
  return `<!doctype html><pre>${renderKneeMarkdown(record).replaceAll('<', '&lt;')}</pre>\n`;
}
