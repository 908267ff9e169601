/** The part of the `x11` package (4.2) that this project uses; the package ships no types. */
declare module 'x11' {
  export interface Screen {
    readonly root: number;
    readonly root_depth: number;
    readonly pixel_width: number;
    readonly pixel_height: number;
    readonly white_pixel: number;
    readonly black_pixel: number;
  }

  export interface Display {
    readonly client: Client;
    readonly screen: readonly Screen[];
    readonly min_keycode: number;
    readonly max_keycode: number;
  }

  export interface XEvent {
    readonly name: string;
    readonly type: number;
    readonly [field: string]: unknown;
  }

  export type Callback<T> = (error: Error | null, value: T) => void;
  export type VoidCallback = (error: Error | null) => void;

  export interface Extension {
    readonly majorOpcode: number;
    readonly firstEvent: number;
  }

  export interface Segment {
    readonly shmseg: number;
    readonly size: number;
    readonly buffer: Buffer<ArrayBuffer>;
    getImage(
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planeMask: number,
      format: number | undefined,
      offset: number,
      callback: Callback<{ size: number }>,
    ): void;
    detach(callback?: () => void): void;
  }

  export interface SharedMemory extends Extension {
    usable(callback: Callback<boolean>): void;
    createSegment(sizeBytes: number, callback: Callback<Segment>): void;
  }

  export interface Damage extends Extension {
    readonly ReportLevel: { readonly BoundingBox: number; readonly NonEmpty: number };
    Create(damage: number, drawable: number, level: number): void;
    Subtract(damage: number, repair: number, parts: number): void;
    Destroy(damage: number): void;
  }

  export interface CursorImage {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly xhot: number;
    readonly yhot: number;
    /** Premultiplied ARGB, little-endian: B, G, R, A in memory. */
    readonly cursorImage: Buffer;
  }

  export interface Fixes extends Extension {
    readonly CursorNotifyMask: { readonly DisplayCursor: number };
    SelectCursorInput(window: number, mask: number): void;
    /** The callback returns true when it dealt with an error. */
    GetCursorImage(callback: (error: Error | null, image: CursorImage) => boolean): void;
  }

  export interface Extensions {
    readonly shm: SharedMemory;
    readonly damage: Damage;
    readonly fixes: Fixes;
  }

  export interface Image {
    readonly depth: number;
    readonly visualId: number;
    readonly data: Buffer;
  }

  /* Requests are methods of the client; those used are named here. */
  export interface Client {
    on(event: 'event', listener: (event: XEvent) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'end', listener: () => void): this;
    off(event: string, listener: (...args: never[]) => void): this;
    require<Name extends keyof Extensions>(name: Name, callback: Callback<Extensions[Name]>): void;
    AllocID(): number;
    terminate(): void;
    sync(): Promise<void>;
    CreateWindow(
      id: number,
      parent: number,
      x: number,
      y: number,
      width: number,
      height: number,
      borderWidth: number,
      depth: number,
      windowClass: number,
      visual: number,
      attributes: Record<string, number | boolean>,
    ): void;
    MapWindow(id: number): void;
    DestroyWindow(id: number): void;
    ChangeWindowAttributes(id: number, attributes: Record<string, number>): void;
    SetInputFocus(focus: number, revertTo: number): void;
    CreateGC(id: number, drawable: number, values: Record<string, number>): void;
    ChangeGC(id: number, values: Record<string, number>): void;
    CreatePixmap(id: number, drawable: number, depth: number, width: number, height: number): void;
    PolyFillRectangle(drawable: number, gc: number, rectangles: readonly number[]): void;
    PutImage(
      format: number,
      drawable: number,
      gc: number,
      width: number,
      height: number,
      x: number,
      y: number,
      leftPad: number,
      depth: number,
      data: Buffer,
    ): void;
    CopyArea(
      source: number,
      destination: number,
      gc: number,
      sourceX: number,
      sourceY: number,
      destinationX: number,
      destinationY: number,
      width: number,
      height: number,
    ): void;
    GetImage(
      format: number,
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planeMask: number,
      callback: Callback<Image>,
    ): void;
    GetKeyboardMapping(
      firstKeycode: number,
      count: number,
      callback: Callback<readonly (readonly number[])[]>,
    ): void;
    QueryPointer(
      window: number,
      callback: Callback<{ rootX: number; rootY: number; keyMask: number }>,
    ): void;
  }

  export interface ClientOptions {
    readonly display?: string;
  }

  export function createClient(options: ClientOptions, callback: Callback<Display>): Client;

  export const eventMask: Readonly<Record<string, number>>;

  const x11: {
    createClient: typeof createClient;
    eventMask: typeof eventMask;
  };
  export default x11;
}
