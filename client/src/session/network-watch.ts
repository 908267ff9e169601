export interface NetworkWatchEvents {
  /** The page slept or was hidden, or came back from the browser's cache: what it knows may be old. */
  readonly onWake: () => void;
  /** The machine is in another network, or back in one. */
  readonly onNetworkChange: () => void;
  /** The page is being left; it may come back, see {@link onWake}. */
  readonly onLeave: () => void;
}

/** Network Information API, where there is one (Chromium, Android). */
interface NavigatorWithConnection {
  readonly connection?: EventTarget;
}

const beatMs = 1000;
/** A beat that is this much late comes from a machine, or a page, that slept. */
const sleptMs = 3000;

/** Tells when connections that were good a moment ago may not be any more. */
export class NetworkWatch {
  readonly #listening = new AbortController();
  #timer: number | undefined;

  constructor({ onWake, onNetworkChange, onLeave }: NetworkWatchEvents) {
    const { signal } = this.#listening;
    window.addEventListener('online', onNetworkChange, { signal });
    (navigator as NavigatorWithConnection).connection?.addEventListener('change', onNetworkChange, {
      signal,
    });
    window.addEventListener('pageshow', onWake, { signal });
    window.addEventListener('pagehide', onLeave, { signal });
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') onWake();
      },
      { signal },
    );
    this.#beat(onWake);
  }

  close(): void {
    this.#listening.abort();
    window.clearTimeout(this.#timer);
  }

  #beat(onWake: () => void): void {
    const dueMs = Date.now() + beatMs;
    this.#timer = window.setTimeout(() => {
      if (Date.now() - dueMs > sleptMs) onWake();
      this.#beat(onWake);
    }, beatMs);
  }
}
