import { ExitCode } from '../../errors/exit-code.ts';
import { calibrationFindings } from '../../reports/gate/calibration.ts';
import type { GateCalibration } from '../../reports/gate/gate-result.ts';
import { DEFAULT_MAX_DURATION_NS } from '../../reports/gate/plan.ts';
import { renderCalibration } from '../../reports/gate/render-calibration.ts';
import { calibrationJson } from '../../reports/gate/render-json.ts';
import { calibrateGate } from '../gate/calibrate.ts';
import { CALIBRATION_FILE_NAME, checkGateWritable, writeCalibration } from '../gate/gate-files.ts';
import { readSide } from '../gate/read-side.ts';
import { DEFAULT_BLOCK_NS } from '../gate/run-gate.ts';
import { shortened } from '../gate/shorten.ts';
import { ownSide } from '../gate/side.ts';
import { useFolder } from '../run/folder-in-use.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';
import { DiskNotes } from './disk-notes.ts';
import { agreeOnBlocks } from './gate-cost.ts';
import type { GateCalibrateLine } from './gate-line.ts';
import { openGateLive } from './gate-live.ts';
import { gateFolder, gateLineOptions } from './gate-options.ts';
import { watchInterrupts } from './interrupt.ts';
import { saveResultFile } from './save-result-file.ts';
import { loadScenarioParts, parseSeed } from './scenario.ts';

/** Records blocks of one side on this machine, and reports the changes that a gate can find. */
export async function commandGateCalibrate(line: GateCalibrateLine): Promise<ExitCode> {
  const { scenario: name } = line;
  const options = gateLineOptions(line);
  const { scenario, raw, file } = loadScenarioParts(name, line.seed === undefined ? undefined : parseSeed(line.seed));
  const side =
    line.baseline === undefined
      ? ownSide(scenario)
      : readSide(line.baseline, { scenario, raw, scenarioFile: file, option: '--baseline' });
  const outDir = gateFolder(line, scenario);
  await checkGateWritable(outDir);
  await agreeOnBlocks(side, shortened(scenario, options.blockNs ?? DEFAULT_BLOCK_NS), line.yes === true);
  const release = useFolder(outDir);
  const live = await openGateLive(line, `${scenario.name}: ${side.name} against itself`);
  const interrupts = watchInterrupts(() =>
    live.note('Interrupted: saving what was recorded. Interrupt again to end at once.'),
  );
  const disk = new DiskNotes(line.quiet === true);
  try {
    const calibration: GateCalibration = await calibrateGate(scenario, {
      ...options,
      side,
      costAgreed: true,
      signal: interrupts.signal,
      onProgress: (progress) => live.show(progress.kind === 'pair' ? { ...progress, kind: 'recorded' } : progress),
    });
    interrupts.stop();
    live.close();
    const write = (dir: string) => writeCalibration(dir, calibration);
    const resultPath = await saveResultFile(outDir, CALIBRATION_FILE_NAME, write, disk);
    const findings = calibrationFindings(calibration, DEFAULT_MAX_DURATION_NS);
    if (line.json === true) {
      process.stdout.write(calibrationJson(calibration, findings));
    } else {
      const style = { colours: wantsColours(process.stdout), width: widthOf(process.stdout), resultPath };
      process.stdout.write(`${renderCalibration(calibration, findings, style)}\n`);
    }
    return interrupts.signal.aborted ? ExitCode.interrupted : disk.exitCode;
  } finally {
    interrupts.stop();
    live.close();
    disk.report();
    release();
  }
}
