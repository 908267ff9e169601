import { onScopeDispose, ref } from 'vue';
import type { Ref } from 'vue';

/** Whether fingers are what this person points with, so that texts can say "tap". */
export function useTouchScreen(): Ref<boolean> {
  const query = window.matchMedia('(hover: none) and (pointer: coarse)');
  const isTouch = ref(query.matches);
  const follow = (): void => {
    isTouch.value = query.matches;
  };
  query.addEventListener('change', follow);
  onScopeDispose(() => query.removeEventListener('change', follow));
  return isTouch;
}
