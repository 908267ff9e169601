import { z } from 'zod';

/** A room's address, the last part of `/r/ROOM`: lower case letters, digits and inner hyphens. */
export const roomIdSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, {
  error: 'A room address is 1 to 40 lower case letters, digits and hyphens.',
});

/** An identifier this project's services made: unguessable, URL-safe. */
export const opaqueIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

/** A media host's name among the others, as a machine's name would be written. */
export const hostIdSchema = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);

/** A person's name as others see it: trimmed, 1 to 40 characters, no control characters. */
export const displayNameSchema = z
  .string()
  .trim()
  .min(1, { error: 'Please give a name.' })
  .max(40, { error: 'A name has at most 40 characters.' })
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]*$/u, {
    error: 'A name has no control characters.',
  });

/** A room's passcode as typed. The upper bound caps what is hashed. */
export const passcodeSchema = z.string().min(1).max(128);

/** Desktop size in pixels, written `1280x720`. Even, because 4:2:0 video needs it. */
export const desktopSizeSchema = z.object({
  width: z.number().int().min(320).max(3840).multipleOf(2),
  height: z.number().int().min(200).max(2160).multipleOf(2),
});

export type DesktopSize = z.infer<typeof desktopSizeSchema>;
