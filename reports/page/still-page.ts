import { watchPrinting } from './printing.ts';
import { watchTheme } from './theme.ts';

/**
 * Starts a page with static pictures, which follow the theme by themselves: only the theme switch and printing need a
 * script.
 */
const theme = watchTheme(() => {});
watchPrinting({ toPaper: () => theme.use('light'), toScreen: () => theme.use(undefined) });
document.documentElement.dataset.drawn = 'yes';
