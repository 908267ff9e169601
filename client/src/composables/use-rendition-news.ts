import { watch } from 'vue';

import { RenditionNews } from '../session/rendition-news.js';
import { text } from '../text/index.js';

import type { Room } from './use-room.js';
import { useToasts } from './use-toasts.js';

/** Says so when the network, not the member, makes the picture smaller, and when it is whole again. */
export function useRenditionNews({ quality, stats }: Room): void {
  const news = new RenditionNews();
  const toasts = useToasts();
  watch([quality, () => stats.value?.rendition ?? null] as const, ([choice, rendition]) => {
    const told = news.take(choice, rendition);
    if (told) toasts.show(text.quality.news[told]);
  });
}
