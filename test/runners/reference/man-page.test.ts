import { describe, expect, test } from 'vitest';
import { manPage } from '../../../runners/reference/man-page.ts';
import { commandLine } from '../../../runners/reference/pages.ts';

const definition = commandLine();
const page = manPage(definition, '1.2.3');

describe('the manual page', () => {
  test('has every command and every option', () => {
    for (const { name, groups } of definition.commands) {
      expect(page).toContain(`.SS "${name}"`);
      for (const { options } of groups) {
        for (const option of options) expect(page).toContain(`\\fB${`--${option.name}`.replaceAll('-', '\\-')}\\fR`);
      }
    }
  });

  test('has the version in its head', () => {
    expect(page).toContain('.TH STREAMGAUGE 1 "" "streamgauge 1.2.3" "User Commands"');
  });

  test('begins no line of text with a character that roff takes for a command', () => {
    const macros = new Set(['.\\"', '.TH', '.SH', '.SS', '.TP', '.PP', '.B', '.I', '.RI', '.br']);
    const commands = page.split('\n').filter((line) => /^[.']/u.test(line));
    expect(commands.filter((line) => !macros.has(line.split(' ', 1)[0] ?? ''))).toEqual([]);
  });
});
