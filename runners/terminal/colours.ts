import { styleText } from 'node:util';

export type Colour = Parameters<typeof styleText>[0];

/** Colours only where somebody wants them: FORCE_COLOR, then NO_COLOR (no-color.org), then a terminal that knows them. */
export function wantsColours(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if ((env.NO_COLOR ?? '') !== '') return false;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

export function paint(text: string, colour: Colour, colours: boolean): string {
  return colours ? styleText(colour, text, { validateStream: false }) : text;
}
