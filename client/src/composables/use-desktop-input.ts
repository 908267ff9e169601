import { computed, onScopeDispose, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';

import type { Input } from '../../../signaling/protocol/viewer-messages.js';
import type { Size } from '../input/geometry.js';

import { useDesktopKeyboard } from './use-desktop-keyboard.js';
import { useDesktopPointer } from './use-desktop-pointer.js';
import { useListener } from './use-listener.js';

interface DesktopInputOptions {
  /** Takes the keyboard while it has the focus. */
  readonly stage: Readonly<Ref<HTMLElement | null>>;
  /** Shows the desktop; takes pointer, wheel and touch. */
  readonly picture: Readonly<Ref<HTMLElement | null>>;
  /** The desktop's size in its own pixels. */
  readonly desktop: Readonly<Ref<Size | null>>;
  /** This member has control and sees the desktop. */
  readonly active: Readonly<Ref<boolean>>;
  readonly send: (input: Input) => void;
  /** Where the focus goes when the person takes the keyboard back from the desktop. */
  readonly onLeave: () => void;
}

interface DesktopInput {
  /** Keys go to the desktop, not to the page. */
  readonly hasKeyboard: ComputedRef<boolean>;
}

/**
 * Lets a person work on the desktop with mouse, keyboard and fingers while `active`. Whatever
 * takes the input away (focus, window, tab, control) also releases all that is held down.
 */
export function useDesktopInput(options: DesktopInputOptions): DesktopInput {
  const { stage, picture, desktop, active, send, onLeave } = options;
  const keyboard = useDesktopKeyboard({ stage, active, send, onLeave });
  const pointer = useDesktopPointer({
    picture,
    desktop,
    active,
    send,
    onPress: () => stage.value?.focus({ preventScroll: true }),
  });

  const letGo = (): void => {
    pointer.reset();
    keyboard.releaseAll();
  };
  const letGoIfActive = (): void => {
    if (active.value) letGo();
  };
  useListener(stage, 'focusout', letGoIfActive);
  useListener(window, 'blur', letGoIfActive);
  useListener(document, 'visibilitychange', letGoIfActive);
  watch(active, (now, before) => {
    if (before && !now) letGo();
  });
  onScopeDispose(letGoIfActive);

  return { hasKeyboard: computed(() => active.value && keyboard.isFocused.value) };
}
