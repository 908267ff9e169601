import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref } from 'vue';

import { fitPicture } from '../input/geometry.js';
import type { Size } from '../input/geometry.js';

import { useListener } from './use-listener.js';

/** The frame's aspect until the first picture tells the real one. */
const assumedDesktop: Size = { width: 1280, height: 720 };

interface PictureSize {
  /** The desktop in its own pixels, as the video tells; null before the first picture. */
  readonly desktop: Ref<Size | null>;
  /** The picture in CSS pixels. */
  readonly picture: ComputedRef<Size>;
}

/** Follows the sizes of the desktop and of the space there is for its picture. */
export function usePictureSize(
  video: Readonly<Ref<HTMLVideoElement | null>>,
  space: Readonly<Ref<HTMLElement | null>>,
): PictureSize {
  const desktop = shallowRef<Size | null>(null);
  const available = shallowRef<Size>({ width: 0, height: 0 });
  const pixelRatio = ref(window.devicePixelRatio);

  const readDesktop = (): void => {
    const { videoWidth: width = 0, videoHeight: height = 0 } = video.value ?? {};
    if (width > 0 && height > 0) desktop.value = { width, height };
  };
  useListener(video, 'loadedmetadata', readDesktop);
  useListener(video, 'resize', readDesktop);

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

  return {
    desktop,
    picture: computed(() =>
      fitPicture(desktop.value ?? assumedDesktop, available.value, pixelRatio.value),
    ),
  };
}
