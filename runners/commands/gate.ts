import { ExitCode } from '../../errors/exit-code.ts';
import type { GateResult } from '../../reports/gate/gate-result.ts';
import { unfitReason } from '../gate/calibrated.ts';
import { checkGateWritable, GATE_FILE_NAME, readCalibration, writeGateResult } from '../gate/gate-files.ts';
import { readSide, rejectSameFile } from '../gate/read-side.ts';
import { DEFAULT_BLOCK_NS, runGate } from '../gate/run-gate.ts';
import { recordedNs, shortened } from '../gate/shorten.ts';
import { readEnvironment } from '../run/environment.ts';
import { useFolder } from '../run/folder-in-use.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { DiskNotes } from './disk-notes.ts';
import { exitCodeOfGateVerdict } from './ending.ts';
import { agreeOnBlocks } from './gate-cost.ts';
import type { GateLine } from './gate-line.ts';
import { openGateLive } from './gate-live.ts';
import { gateFolder, gateLineOptions } from './gate-options.ts';
import { watchInterrupts } from './interrupt.ts';
import { rejectMeasurements } from './report-files.ts';
import { saveResultFile } from './save-result-file.ts';
import { loadScenarioParts, parseSeed } from './scenario.ts';
import { writeText } from './write-text.ts';

/** Compares two sides in pairs of blocks. The verdict is PASS, FAIL, INCONCLUSIVE or INVALID. */
export async function commandGate(line: GateLine): Promise<ExitCode> {
  const { scenario: name, baseline: baselineText, candidate: candidateText } = line;
  const options = gateLineOptions(line);
  const seed = line.seed === undefined ? undefined : parseSeed(line.seed);
  const { scenario, raw, file } = loadScenarioParts(name, seed);
  rejectSameFile(baselineText, candidateText);
  const context = { scenario, raw, scenarioFile: file };
  const baseline = readSide(baselineText, { ...context, option: '--baseline' });
  const candidate = readSide(candidateText, { ...context, option: '--candidate' });
  const outDir = gateFolder(line, scenario);
  rejectMeasurements([line.markdown, line.junit].filter((path) => path !== undefined));
  await checkGateWritable(outDir);
  const block = shortened(scenario, options.blockNs ?? DEFAULT_BLOCK_NS);
  for (const side of [baseline, candidate]) await agreeOnBlocks(side, block, line.yes === true);
  const calibration = await readCalibration(outDir);
  const gate = {
    scenario,
    environment: await readEnvironment(),
    blockNs: recordedNs(block),
    side: baseline,
  };
  const unfit = calibration === undefined ? 'there is none' : unfitReason(calibration, gate);
  const release = useFolder(outDir);
  const live = await openGateLive(line, `${scenario.name}: ${baseline.name} against ${candidate.name}`);
  if (unfit !== undefined)
    live.note(`No calibration that fits in ${outDir} (${unfit}). Run gate calibrate to make one.`);
  const interrupts = watchInterrupts(() =>
    live.note('Interrupted: saving what was measured. Interrupt again to end at once.'),
  );
  const disk = new DiskNotes(line.quiet === true);
  try {
    const result: GateResult = await runGate(scenario, {
      ...options,
      baseline,
      candidate,
      ...(calibration === undefined || unfit !== undefined ? {} : { calibration }),
      costAgreed: true,
      signal: interrupts.signal,
      onProgress: (progress) => live.show(progress),
    });
    interrupts.stop();
    live.close();
    const resultPath = await saveResultFile(outDir, GATE_FILE_NAME, (dir) => writeGateResult(dir, result), disk);
    await print(result, resultPath, line, disk);
    const ending = result.ending === 'interrupted' ? ExitCode.interrupted : exitCodeOfGateVerdict(result.verdict.kind);
    return ending === ExitCode.passed ? disk.exitCode : ending;
  } finally {
    interrupts.stop();
    live.close();
    disk.report();
    release();
  }
}

async function print(
  result: GateResult,
  resultPath: string,
  { json, quiet, markdown, junit }: GateLine,
  disk: DiskNotes,
): Promise<void> {
  const { renderGate, renderGateLine } = await import('../../reports/gate/render-gate.ts');
  if (markdown !== undefined) {
    const { renderGateMarkdown } = await import('../../reports/gate/render-markdown.ts');
    await disk.attempt(() => writeText(markdown, renderGateMarkdown(result)));
  }
  if (junit !== undefined) {
    const { renderGateJunit } = await import('../../reports/gate/render-junit.ts');
    await disk.attempt(() => writeText(junit, renderGateJunit([{ name: result.scenario.name, result }])));
  }
  if (json === true) {
    const { gateJson } = await import('../../reports/gate/render-json.ts');
    process.stdout.write(gateJson(result));
    return;
  }
  const options = { colours: wantsColours(process.stdout), width: widthOf(process.stdout), resultPath };
  process.stdout.write(`${quiet === true ? renderGateLine(result, options) : renderGate(result, options)}\n`);
}
