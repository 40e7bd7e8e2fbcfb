import { forgetColours } from './colours.ts';

const STORAGE_KEY = 'streamgauge-theme';
type Theme = 'light' | 'dark';

/**
 * Runs the switch between light and dark. The default is the system's theme; a choice is stored if the browser allows it.
 */
export function watchTheme(recolour: () => void): { use(theme: Theme | undefined): void } {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const button = document.querySelector<HTMLButtonElement>('#theme');
  const wanted = (): Theme => kept() ?? (system.matches ? 'dark' : 'light');
  const use = (theme: Theme = wanted()) => {
    root.dataset.theme = theme;
    button?.setAttribute('aria-pressed', String(theme === 'dark'));
    forgetColours();
    recolour();
  };
  button?.addEventListener('click', () => {
    const theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    keep(theme);
    use(theme);
  });
  system.addEventListener('change', () => use());
  button?.setAttribute('aria-pressed', String(root.dataset.theme === 'dark'));
  return { use };
}

function kept(): Theme | undefined {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return value === 'dark' || value === 'light' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the choice. Browsers may forbid this for pages opened from a file or in private windows. */
function keep(theme: Theme): void {
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // The choice then lasts while the page is open.
  }
}
