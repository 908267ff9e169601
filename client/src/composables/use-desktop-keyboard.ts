import { ref, watch } from 'vue';
import type { Ref } from 'vue';

import type { Input } from '../../../signaling/protocol/viewer-messages.js';
import { KeyboardTracker } from '../input/keyboard-tracker.js';
import type { KeyStroke, KeyVerdict } from '../input/keyboard-tracker.js';

import { useListener } from './use-listener.js';

interface DesktopKeyboardOptions {
  /** Has the keyboard while it is focused. */
  readonly stage: Readonly<Ref<HTMLElement | null>>;
  readonly active: Readonly<Ref<boolean>>;
  readonly send: (input: Input) => void;
  /** The chord was pressed that gives the keyboard back to the page. */
  readonly onLeave: () => void;
}

interface DesktopKeyboard {
  readonly isFocused: Ref<boolean>;
  /** Tells the desktop that no key or button is held any more. */
  readonly releaseAll: () => void;
}

/** Sends the keys pressed while the stage has the focus to the desktop. */
export function useDesktopKeyboard(options: DesktopKeyboardOptions): DesktopKeyboard {
  const { stage, active, send, onLeave } = options;
  const isFocused = ref(false);
  const tracker = new KeyboardTracker(send, /Mac|iPhone|iPad/.test(navigator.userAgent));

  const listen = (type: 'keydown' | 'keyup', judge: (stroke: KeyStroke) => KeyVerdict): void =>
    useListener(stage, type, (event) => {
      // Keys on a button inside the stage are the button's.
      if (!active.value || event.target !== stage.value) return;
      const verdict = judge(strokeOf(event));
      if (verdict === 'browser') return;
      event.preventDefault();
      if (verdict === 'leave') onLeave();
    });
  listen('keydown', (stroke) => tracker.keyDown(stroke));
  listen('keyup', (stroke) => tracker.keyUp(stroke));

  const followFocus = (): void => {
    isFocused.value = document.activeElement === stage.value;
  };
  watch([stage, active], followFocus, { flush: 'post' });
  useListener(stage, 'focusin', followFocus);
  useListener(stage, 'focusout', () => (isFocused.value = false));

  // Control+W closes the tab before the page can stop it: the browser asks first.
  useListener(window, 'beforeunload', (event) => {
    if (active.value && tracker.holdsShortcut) event.preventDefault();
  });

  return { isFocused, releaseAll: () => tracker.releaseAll() };
}

function strokeOf(event: KeyboardEvent): KeyStroke {
  const { key, code, location, repeat, isComposing, timeStamp } = event;
  const { ctrlKey, altKey, shiftKey, metaKey } = event;
  const altGraph = event.getModifierState('AltGraph');
  return {
    ...{ key, code, location, repeat, isComposing, timeStamp },
    ...{ ctrlKey, altKey, shiftKey, metaKey, altGraph },
  };
}
