import { ref, watch } from 'vue';
import type { Ref } from 'vue';

import { browserStorage } from '../session/browser-storage.js';

const prefix = 'share-space.';

/** A text that this browser remembers. Where it must not store anything, it is kept for the page only. */
export function useStored(key: string, initial: string): Ref<string> {
  const storage = browserStorage('localStorage');
  const value = ref(storage?.getItem(prefix + key) ?? initial);
  watch(value, (next) => storage?.setItem(prefix + key, next));
  return value;
}
