import { join } from 'node:path';
import { ExitCode } from '../../errors/exit-code.ts';
import { KNEE_FILE_NAME } from '../../reports/knee/knee-file.ts';
import type { KneeResult } from '../../reports/knee/knee-result.ts';
import { keepEarlier } from '../../reports/result/earlier-file.ts';
import type { Scenario } from '../../workloads/scenario.ts';
import { runnerError } from '../errors.ts';
import { checkGateWritable } from '../gate/gate-files.ts';
import { writeKnee } from '../knee/knee-files.ts';
import { rulesOf } from '../knee/knee-rules.ts';
import { objectivesOf, variantsOf } from '../knee/knee-scenario.ts';
import { runKnee } from '../knee/run-knee.ts';
import { folderName } from '../names/safe-name.ts';
import { useFolder } from '../run/folder-in-use.ts';
import { chargesOf } from '../targets/agree-cost.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { agreeOnCost } from './cost.ts';
import { DiskNotes } from './disk-notes.ts';
import { watchInterrupts } from './interrupt.ts';
import type { KneeLine } from './knee-line.ts';
import { openKneeLive } from './knee-live.ts';
import { kneeLineOptions } from './knee-options.ts';
import { saveResultFile } from './save-result-file.ts';
import { loadScenarioParts, parseSeed } from './scenario.ts';

/** Searches for the highest rate that a target sustains, and saves each trial as soon as it is measured. */
export async function commandKnee(line: KneeLine): Promise<ExitCode> {
  const options = kneeLineOptions(line);
  const formats = kneeFormats(line.format ?? []);
  const parts = loadScenarioParts(line.scenario, line.seed === undefined ? undefined : parseSeed(line.seed));
  const { scenario } = parts;
  const objectives = objectivesOf(scenario, line.slo ?? []);
  const variants = variantsOf(parts, options.shardCounts);
  for (const variant of variants) rulesOf(variant.scenario, { ...options, objectives });
  const outDir = line.out ?? join('results', 'knee', folderName(scenario.name));
  await checkGateWritable(outDir);
  await agreeOnTrials(scenario, line.yes === true);
  const release = useFolder(outDir);
  const live = await openKneeLive(line, `${scenario.name}: ${objectives.join('; ')}`);
  const interrupts = watchInterrupts(() =>
    live.note('Interrupted: the trials so far are saved. Interrupt again to end at once.'),
  );
  const disk = new DiskNotes(line.quiet === true);
  try {
    const kept = line.force === true ? undefined : await keepEarlier(outDir, KNEE_FILE_NAME);
    if (kept !== undefined) disk.options.onKept?.(kept);
    const result = await runKnee(variants, {
      ...options,
      objectives,
      costAgreed: true,
      signal: interrupts.signal,
      onProgress: (progress) => live.show(progress),
      // A failed write is ignored here: the last write has all trials, and reports its own error.
      onResult: (soFar) => writeKnee(outDir, soFar).catch(() => undefined),
    });
    interrupts.stop();
    live.close();
    const write = (dir: string) => writeKnee(dir, result);
    const resultPath = await saveResultFile(outDir, KNEE_FILE_NAME, write, disk, { overwrite: true });
    await disk.attempt(() => writeFormats(result, outDir, formats, line));
    await print(result, resultPath, line);
    const ending = exitCodeOfKnee(result);
    return ending === ExitCode.passed ? disk.exitCode : ending;
  } finally {
    interrupts.stop();
    live.close();
    disk.report();
    release();
  }
}

/** A search that found the knee ends with 0, even if the generator is the limit. Otherwise the code names the reason. */
function exitCodeOfKnee({ ending, searches }: KneeResult): ExitCode {
  switch (ending) {
    case 'interrupted':
      return ExitCode.interrupted;
    case 'target-failed':
      return ExitCode.target;
    case 'out-of-time':
      return ExitCode.inconclusive;
    case 'completed': {
      const kinds = searches.map(({ knee }) => knee.kind);
      if (kinds.includes('never')) return ExitCode.threshold;
      const isBlind = searches.some(({ knee }) => knee.kind === 'unfinished');
      if (!isBlind) return ExitCode.passed;
      return searches.some(({ knee }) => knee.limit === 'generator') ? ExitCode.invalid : ExitCode.inconclusive;
    }
  }
}

async function agreeOnTrials(scenario: Scenario, yes: boolean): Promise<void> {
  if (chargesOf(scenario.target) === undefined) return;
  process.stderr.write(
    'A search runs 20 to 40 trials, at rates up to twice the knee. The cost of one run of the scenario:\n',
  );
  await agreeOnCost(scenario, yes);
}

const FORMATS = ['html', 'markdown', 'json'] as const;
type KneeFormat = (typeof FORMATS)[number];
const FILE_NAMES: Readonly<Record<KneeFormat, string>> = {
  html: 'knee.html',
  markdown: 'knee.md',
  json: 'knee-answer.json',
};

function kneeFormats(given: readonly string[]): readonly KneeFormat[] {
  return given
    .flatMap((text) => text.split(','))
    .map((text): KneeFormat => {
      const found = FORMATS.find((format) => format === text.trim());
      if (found !== undefined) return found;
      throw runnerError('RUNNER_USAGE', {
        what: `--format must be one of ${FORMATS.join(', ')}, got "${text}"`,
        fix: 'Separate several of them with commas.',
      });
    });
}

async function writeFormats(
  result: KneeResult,
  outDir: string,
  formats: readonly KneeFormat[],
  { quiet }: KneeLine,
): Promise<void> {
  const { writeText } = await import('./write-text.ts');
  for (const format of formats) {
    const file = join(outDir, FILE_NAMES[format]);
    await writeText(file, await textOf(result, format));
    if (quiet !== true) process.stderr.write(`Wrote ${file}\n`);
  }
}

async function textOf(result: KneeResult, format: KneeFormat): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../../reports/knee/render-json.ts')).kneeJson(result);
    case 'markdown':
      return (await import('../../reports/knee/render-markdown.ts')).renderKneeMarkdown(result);
    case 'html':
      return (await import('../../reports/knee/render-html.ts')).renderKneeHtml(result);
  }
}

async function print(result: KneeResult, resultPath: string, { json, quiet }: KneeLine): Promise<void> {
  if (json === true) {
    process.stdout.write(await textOf(result, 'json'));
    return;
  }
  const { renderKnee, renderKneeLines } = await import('../../reports/knee/render-knee.ts');
  const options = { colours: wantsColours(process.stdout), width: widthOf(process.stdout), resultPath };
  process.stdout.write(`${quiet === true ? renderKneeLines(result, options) : renderKnee(result, options)}\n`);
}
