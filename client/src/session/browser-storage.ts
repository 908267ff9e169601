/**
 * A storage of this browser, or null where it must not store anything: the access itself throws
 * when the person's settings forbid it, which is a choice and no error.
 */
export function browserStorage(kind: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return window[kind];
  } catch {
    return null;
  }
}
