import { ExitCode } from '../../errors/exit-code.ts';
import { examineMachine } from '../doctor/doctor.ts';
import { isFit } from '../doctor/doctor-finding.ts';
import { renderDoctorVerdict, renderFinding } from '../doctor/doctor-render.ts';
import { wantsColours } from '../terminal/colours.ts';
import { widthOf } from '../terminal/width-of.ts';

/** Prints each finding as soon as it is known. On a terminal, a progress line names the current measurement. */
export async function commandDoctor({ json }: { readonly json?: boolean | undefined }): Promise<ExitCode> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const progress = process.stderr.isTTY === true;
  const clear = () => progress && process.stderr.write('\r\x1b[K');
  const style = { width: Math.min(80, widthOf(process.stdout)), colours: wantsColours(process.stdout) };
  const findings = await examineMachine({
    onMeasuring: (what) => progress && process.stderr.write(`\r\x1b[K  measuring ${what} ...`),
    onFinding: (finding) => {
      clear();
      if (json !== true) print(renderFinding(finding, style));
    },
    measureCeiling: async () => {
      const { measureCeiling } = await import('../run/ceiling.ts');
      return measureCeiling();
    },
  });
  const fit = isFit(findings);
  print(json === true ? JSON.stringify({ fit, findings }, undefined, 2) : `\n${renderDoctorVerdict(findings, style)}`);
  return fit ? ExitCode.passed : ExitCode.invalid;
}
