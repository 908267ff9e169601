import { en } from './en.js';

/** Every string a person sees. A translation is one more object of this shape, chosen here. */
export type Text = typeof en;

export const text: Text = en;
