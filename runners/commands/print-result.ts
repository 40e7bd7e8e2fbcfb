import type { Result } from '../../reports/result/result.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';

export interface PrintOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Prints a result on stdout: as a summary, as JSON, or as its verdict only. */
export async function printResult(result: Result, resultPath: string, options: PrintOptions): Promise<void> {
  process.stdout.write(await resultText(result, resultPath, options));
}

async function resultText(result: Result, resultPath: string, { json, quiet }: PrintOptions): Promise<string> {
  if (json === true) {
    const { renderJson } = await import('../../reports/text/render-json.ts');
    return renderJson(result);
  }
  const { renderSummary, renderVerdictLine } = await import('../../reports/text/render-text.ts');
  const colours = wantsColours(process.stdout);
  if (quiet === true) return `${renderVerdictLine(result, { colours })}\n`;
  return `${renderSummary(result, { colours, width: widthOf(process.stdout), resultPath })}\n`;
}
