/** Requests of the `x11` package that only the test tools make; merges with the declarations of the capture. */
declare module 'x11' {
  interface Client {
    OpenFont(id: number, name: string): void;
    PolyText8(drawable: number, gc: number, x: number, y: number, items: readonly string[]): void;
    WarpPointer(
      source: number,
      destination: number,
      sourceX: number,
      sourceY: number,
      sourceWidth: number,
      sourceHeight: number,
      x: number,
      y: number,
    ): void;
  }

  interface ClientOptions {
    /** Cookie for the server; without it the package looks in `XAUTHORITY`. `data` is Latin-1 text. */
    readonly auth?: { readonly name: string; readonly data: string };
    /** Collects requests and writes them together. */
    readonly bufferRequests?: boolean;
  }
}
