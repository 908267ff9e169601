import { ref } from 'vue';
import type { Ref } from 'vue';

import { useListener } from './use-listener.js';

interface Disclosure {
  readonly open: Ref<boolean>;
  readonly toggle: () => void;
}

/**
 * Opens and closes a panel that belongs to a button. Escape, a click elsewhere or the focus going
 * elsewhere closes it.
 * @param container holds both the button and the panel
 */
export function useDisclosure(
  container: Readonly<Ref<HTMLElement | null>>,
  button: Readonly<Ref<HTMLElement | null>>,
): Disclosure {
  const open = ref(false);
  const closeIfOutside = (target: EventTarget | null): void => {
    if (target instanceof Node && !container.value?.contains(target)) open.value = false;
  };
  useListener(window, 'pointerdown', ({ target }) => closeIfOutside(target));
  useListener(container, 'focusout', ({ relatedTarget }) => closeIfOutside(relatedTarget));
  useListener(container, 'keydown', (event) => {
    if (event.key !== 'Escape' || !open.value) return;
    event.stopPropagation();
    open.value = false;
    button.value?.focus();
  });
  return {
    open,
    toggle: () => {
      open.value = !open.value;
    },
  };
}
