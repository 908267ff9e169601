/**
 * Whether a change of the playback rate makes the browser buffer anew, as in Safari and in every
 * browser of an iPhone: the live edge is then held by seeking alone. Browsers do not tell; this is the
 * one place that goes by who made the engine.
 */
export function rateChangeRebuffers({ vendor }: Pick<Navigator, 'vendor'> = navigator): boolean {
  return vendor.startsWith('Apple');
}
