import x11, { type Client, type Extensions, type Screen } from 'x11';

/** A connection to an X display; the cookie is found through `XAUTHORITY`. */
export interface XDisplay {
  readonly client: Client;
  readonly screen: Screen;
}

/** @throws Error when the display is not there or refuses the connection */
export function openDisplay(display: string): Promise<XDisplay> {
  return new Promise((resolve, reject) => {
    const client = x11.createClient({ display }, (error, opened) => {
      // The package calls back with an error or with a display; its signature cannot say so.
      const screen = (opened as typeof opened | undefined)?.screen[0];
      if (error ?? !screen) reject(error ?? new Error(`display ${display} has no screen`));
      else resolve({ client, screen });
    });
    client.on('error', reject);
  });
}

/** @throws Error when the display lacks the extension */
export function requireExtension<Name extends keyof Extensions>(
  client: Client,
  name: Name,
): Promise<Extensions[Name]> {
  return new Promise((resolve, reject) => {
    client.require(name, (error, extension) => (error ? reject(error) : resolve(extension)));
  });
}
