import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';

import { fitPicture } from '../input/geometry.js';
import type { Size } from '../input/geometry.js';

/** The frame's aspect until the room tells the real one. */
const assumedDesktop: Size = { width: 1280, height: 720 };

/**
 * Follows the space there is for the desktop's picture.
 * @returns the picture's size in CSS pixels
 */
export function usePictureSize(
  desktop: Readonly<Ref<Size | null>>,
  space: Readonly<Ref<HTMLElement | null>>,
): ComputedRef<Size> {
  const available = shallowRef<Size>({ width: 0, height: 0 });
  const pixelRatio = ref(window.devicePixelRatio);

  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    available.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    pixelRatio.value = window.devicePixelRatio;
  });
  watch(
    space,
    (element) => {
      observer.disconnect();
      if (element) observer.observe(element);
    },
    { immediate: true },
  );
  onScopeDispose(() => observer.disconnect());

  return computed(() =>
    fitPicture(desktop.value ?? assumedDesktop, available.value, pixelRatio.value),
  );
}
