import { dirname, join } from 'node:path';
import { ExitCode } from '../../errors/exit-code.ts';
import { readRounds } from '../../reports/side-by-side/read-rounds.ts';
import { renderSideBySideHtml } from '../../reports/side-by-side/render-html.ts';
import { renderSideBySideMarkdown } from '../../reports/side-by-side/render-markdown.ts';
import { renderSideBySide } from '../../reports/side-by-side/render-side-by-side.ts';
import { sideBySide } from '../../reports/side-by-side/side-by-side.ts';
import type { ComparedTargets } from '../side-by-side/compare-targets.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { DiskNotes, endAfterDisk } from './disk-notes.ts';
import { writeText } from './write-text.ts';

/** Makes a saved comparison of targets again from the results of its rounds. */
export async function commandCompareSaved(
  file: string,
  { floorRatio, json }: { readonly floorRatio: number; readonly json: boolean },
): Promise<ExitCode> {
  const disk = new DiskNotes(false);
  await printSideBySide(await readRounds(file), dirname(file), { floorRatio, json, disk });
  return endAfterDisk(ExitCode.passed, disk);
}

const PAGE_FILE_NAME = 'side-by-side.html';
const MARKDOWN_FILE_NAME = 'side-by-side.md';

interface PrintOptions {
  readonly floorRatio: number;
  readonly json: boolean;
  readonly disk: DiskNotes;
}

/** Prints a comparison, and writes it as a page and as Markdown into its folder. */
export async function printSideBySide(
  { record, rounds }: ComparedTargets,
  outDir: string,
  { floorRatio, json, disk }: PrintOptions,
): Promise<void> {
  const comparison = sideBySide(record, rounds, floorRatio);
  const page = join(outDir, PAGE_FILE_NAME);
  await disk.attempt(() => writeText(page, renderSideBySideHtml(comparison, rounds)));
  await disk.attempt(() => writeText(join(outDir, MARKDOWN_FILE_NAME), renderSideBySideMarkdown(comparison, rounds)));
  const text = json
    ? JSON.stringify(comparison, undefined, 2)
    : renderSideBySide(comparison, rounds, {
        colours: wantsColours(process.stdout),
        width: widthOf(process.stdout),
        savedAs: page,
      });
  process.stdout.write(`${text}\n`);
}
