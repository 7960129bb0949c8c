import type { Tone } from './document-page.js';

/** In which a state is set, on screens and on paper. */
export const TONE_COLORS: Readonly<Record<Tone, string>> = { quiet: '#5b6675', plain: '#1f4e8c', good: '#1a7044', warning: '#a4500b', struck: '#ad2323' };
