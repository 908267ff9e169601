import { onScopeDispose, ref, watch } from 'vue';
import type { Ref } from 'vue';

import { useListener } from './use-listener.js';

/** Not in TypeScript's DOM library: https://wicg.github.io/keyboard-lock/ */
interface NavigatorWithKeyboard {
  readonly keyboard?: { lock(): Promise<void>; unlock(): void };
}

interface Immersive {
  /** The room fills the screen, or at least the window, and its controls float above it. */
  readonly immersive: Ref<boolean>;
  readonly toggle: () => Promise<void>;
}

/**
 * Shows an element on the whole screen; where the browser cannot (iPhone), in the whole window.
 * While `lockKeys` holds, keys that the browser would keep (Escape, Alt+Tab) reach the page as well,
 * where the browser offers that.
 */
export function useImmersive(
  element: Readonly<Ref<HTMLElement | null>>,
  lockKeys: Readonly<Ref<boolean>>,
): Immersive {
  const immersive = ref(false);
  const { keyboard } = navigator as NavigatorWithKeyboard;

  const enter = async (): Promise<void> => {
    immersive.value = true;
    try {
      await element.value?.requestFullscreen();
    } catch (error) {
      console.info('no fullscreen here, filling the window instead', error);
    }
  };
  const leave = async (): Promise<void> => {
    immersive.value = false;
    if (document.fullscreenElement) await document.exitFullscreen();
  };

  useListener(document, 'fullscreenchange', () => {
    immersive.value = document.fullscreenElement !== null;
  });
  watch([immersive, lockKeys], async ([isImmersive, wanted]) => {
    if (!isImmersive || !wanted) {
      keyboard?.unlock();
      return;
    }
    try {
      await keyboard?.lock();
    } catch (error) {
      console.info('the browser keeps its own keys', error);
    }
  });
  onScopeDispose(() => {
    keyboard?.unlock();
    void leave();
  });

  return { immersive, toggle: () => (immersive.value ? leave() : enter()) };
}
