import { ref, watch } from 'vue';
import type { Ref } from 'vue';

const prefix = 'share-space.';

/** A text that this browser remembers. Where it must not store anything, it is kept for the page only. */
export function useStored(key: string, initial: string): Ref<string> {
  const storage = availableStorage();
  const value = ref(storage?.getItem(prefix + key) ?? initial);
  watch(value, (next) => storage?.setItem(prefix + key, next));
  return value;
}

function availableStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    // Thrown when the person's settings forbid storage for this site: a choice, not an error.
    return null;
  }
}
