import type { Client, Damage, Segment, XEvent } from 'x11';

import { requireExtension, type XDisplay } from './x-display.js';

/** Rows `from` (included) to `to` (excluded) of a picture, in pixels. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export interface CapturedPicture {
  /** The whole picture, 4 bytes a pixel (B, G, R, unused), `width * 4` bytes a row; valid until the next capture. */
  readonly pixels: Buffer<ArrayBuffer>;
  /** The rows that may differ from the capture before. */
  readonly changedRows: RowRange;
  /** When the picture was asked for, ms since the Unix epoch. */
  readonly captureTimeMs: number;
}

const bytesPerPixel = 4;
const allPlanes = 0xffffffff;

/** The wall clock with sub-millisecond resolution, ms since the Unix epoch. */
export const wallClockMs = (): number => performance.timeOrigin + performance.now();

function unite(a: RowRange | null, b: RowRange): RowRange {
  return a ? { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) } : b;
}

/**
 * The picture of an X display, through shared memory (MIT-SHM) and told of changes by the DAMAGE
 * extension: a picture is read only where something was drawn, and a still screen costs nothing.
 */
export class ScreenCapture {
  readonly width: number;
  readonly height: number;
  readonly #damage: Damage;
  readonly #damageId: number;
  readonly #segment: Segment;
  readonly #root: number;
  readonly #onChange: () => void;
  #pending: RowRange | null;

  private constructor(
    client: Client,
    damage: Damage,
    segment: Segment,
    root: { id: number; width: number; height: number },
    onChange: () => void,
  ) {
    this.width = root.width;
    this.height = root.height;
    this.#damage = damage;
    this.#segment = segment;
    this.#root = root.id;
    this.#onChange = onChange;
    this.#pending = { from: 0, to: root.height };
    this.#damageId = client.AllocID();
    client.on('event', (event) => this.#onEvent(event));
    damage.Create(this.#damageId, this.#root, damage.ReportLevel.BoundingBox);
  }

  /**
   * @param onChange called when something was drawn since the last capture
   * @throws Error when the display lacks DAMAGE or MIT-SHM 1.2
   */
  static async open({ client, screen }: XDisplay, onChange: () => void): Promise<ScreenCapture> {
    const damage = await requireExtension(client, 'damage');
    const sharedMemory = await requireExtension(client, 'shm');
    const sizeBytes = screen.pixel_width * screen.pixel_height * bytesPerPixel;
    const segment = await new Promise<Segment>((resolve, reject) => {
      sharedMemory.createSegment(sizeBytes, (error, made) =>
        error ? reject(error) : resolve(made),
      );
    });
    const root = { id: screen.root, width: screen.pixel_width, height: screen.pixel_height };
    return new ScreenCapture(client, damage, segment, root, onChange);
  }

  /** Reads what changed since the last capture into the picture. */
  async capture(): Promise<CapturedPicture> {
    const changedRows = this.#pending ?? { from: 0, to: 0 };
    this.#pending = null;
    // Subtract goes first: whatever is drawn after it is reported again, so nothing gets lost.
    this.#damage.Subtract(this.#damageId, 0, 0);
    const captureTimeMs = wallClockMs();
    if (changedRows.to > changedRows.from) await this.#read(changedRows);
    return { pixels: this.#segment.buffer, changedRows, captureTimeMs };
  }

  #read({ from, to }: RowRange): Promise<void> {
    const offset = from * this.width * bytesPerPixel;
    return new Promise((resolve, reject) => {
      this.#segment.getImage(
        this.#root,
        0,
        from,
        this.width,
        to - from,
        allPlanes,
        undefined,
        offset,
        (error) => (error ? reject(error) : resolve()),
      );
    });
  }

  #onEvent(event: XEvent): void {
    if (event.name !== 'DamageNotify') return;
    const { y, h } = event['area'] as { y: number; h: number };
    const rows = { from: Math.max(0, y), to: Math.min(this.height, y + h) };
    if (rows.to <= rows.from) return;
    this.#pending = unite(this.#pending, rows);
    this.#onChange();
  }
}
