import { computed, watch } from 'vue';
import type { WritableComputedRef } from 'vue';

import {
  renditionChoiceSchema,
  type RenditionChoice,
} from '../../../signaling/protocol/viewer-messages.js';
import type { RoomSession } from '../session/room-session.js';

import { useStored } from './use-stored.js';

export type Quality = WritableComputedRef<RenditionChoice>;

/** Which rendition of the picture this member wants, in whichever room; this browser remembers it. */
export function useQuality(session: RoomSession): Quality {
  const stored = useStored('quality', 'auto');
  const quality = computed<RenditionChoice>({
    // Who knows what is in the storage.
    get: () => renditionChoiceSchema.safeParse(stored.value).data ?? 'auto',
    set: (choice) => (stored.value = choice),
  });
  watch(quality, (choice) => session.chooseQuality(choice), { immediate: true });
  return quality;
}
