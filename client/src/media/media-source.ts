/** iPhones have a `ManagedMediaSource` in place of `MediaSource` (Media Source Extensions 2). */
interface MediaSourceGlobals {
  readonly MediaSource?: typeof MediaSource;
  readonly ManagedMediaSource?: typeof MediaSource;
}

/** The browser's MediaSource, managed or not; null when it has none. */
export function mediaSourceClass(): typeof MediaSource | null {
  const globals: MediaSourceGlobals = window;
  return globals.MediaSource ?? globals.ManagedMediaSource ?? null;
}

/**
 * Gives an element a fresh MediaSource.
 * @param onOpen called once with the source buffer, or with the error that made it impossible
 * @returns takes the MediaSource away again
 */
export function attachMediaSource(
  Source: typeof MediaSource,
  element: HTMLMediaElement,
  mimeType: string,
  onOpen: (buffer: SourceBuffer) => void,
  onError: (error: Error) => void,
): () => void {
  const source = new Source();
  // A managed source never opens on an element that may be played on another device.
  element.disableRemotePlayback = true;
  const url = URL.createObjectURL(source);
  const listener = (): void => {
    URL.revokeObjectURL(url);
    try {
      onOpen(source.addSourceBuffer(mimeType));
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  };
  source.addEventListener('sourceopen', listener, { once: true });
  element.src = url;
  return () => {
    source.removeEventListener('sourceopen', listener);
    URL.revokeObjectURL(url);
  };
}
