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

export interface MediaSourceEvents {
  /** Called once with the source buffer. */
  readonly onOpen: (buffer: SourceBuffer) => void;
  /** Called in its place with what made it impossible. */
  readonly onError: (error: Error) => void;
  /**
   * A managed source wants more media from now on, or none for a while. Until one says anything, and
   * for ever where the source is not managed, media is wanted.
   */
  readonly onWantedChange: (isWanted: boolean) => void;
}

/**
 * Gives an element a fresh MediaSource.
 * @returns takes the MediaSource away again
 */
export function attachMediaSource(
  Source: typeof MediaSource,
  element: HTMLMediaElement,
  mimeType: string,
  { onOpen, onError, onWantedChange }: MediaSourceEvents,
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
  const onStart = (): void => onWantedChange(true);
  const onEnd = (): void => onWantedChange(false);
  source.addEventListener('sourceopen', listener, { once: true });
  source.addEventListener('startstreaming', onStart);
  source.addEventListener('endstreaming', onEnd);
  element.src = url;
  return () => {
    source.removeEventListener('sourceopen', listener);
    source.removeEventListener('startstreaming', onStart);
    source.removeEventListener('endstreaming', onEnd);
    URL.revokeObjectURL(url);
  };
}
