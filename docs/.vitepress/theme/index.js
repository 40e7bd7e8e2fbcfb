/** The default theme with the fonts of the system: nothing to load, and no change of widths while it loads. */
import './tables.css';

export { default } from 'vitepress/theme-without-fonts';
