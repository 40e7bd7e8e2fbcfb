import { watchPrinting } from './printing.ts';
import { watchTheme } from './theme.ts';

/** A page whose pictures follow the theme by themselves: only the theme and printing need a script. */
const theme = watchTheme(() => {});
watchPrinting({ toPaper: () => theme.use('light'), toScreen: () => theme.use(undefined) });
document.documentElement.dataset.drawn = 'yes';
