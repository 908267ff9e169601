import { computed, onScopeDispose, ref } from 'vue';
import type { ComputedRef, Ref } from 'vue';

import { useListener } from './use-listener.js';

const idleMs = 2500;

interface BarVisibility {
  readonly shown: ComputedRef<boolean>;
  /** Shows the bar now, until the pointer has rested away from it for a while. */
  readonly reveal: () => void;
}

/**
 * Decides when the bar of an immersive room is there. It shows while the pointer moves, goes when
 * it rests, and stays while the pointer or the focus is on it. Someone who works on the desktop
 * moves the pointer all the time: then only `reveal` brings the bar.
 */
export function useBarVisibility(
  room: Readonly<Ref<HTMLElement | null>>,
  bar: Readonly<Ref<HTMLElement | null>>,
  immersive: Readonly<Ref<boolean>>,
  works: Readonly<Ref<boolean>>,
): BarVisibility {
  const recent = ref(false);
  const focused = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const reveal = (): void => {
    recent.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (bar.value?.matches(':hover')) reveal();
      else recent.value = false;
    }, idleMs);
  };

  useListener(room, 'pointermove', () => {
    if (!works.value) reveal();
  });
  useListener(bar, 'pointermove', reveal);
  useListener(bar, 'focusin', ({ target }) => {
    // A button that was clicked keeps the focus too, but nobody needs to see it for that.
    focused.value = target instanceof Element && target.matches(':focus-visible');
  });
  useListener(bar, 'focusout', () => {
    focused.value = false;
    reveal();
  });
  onScopeDispose(() => clearTimeout(timer));

  return { shown: computed(() => !immersive.value || recent.value || focused.value), reveal };
}
