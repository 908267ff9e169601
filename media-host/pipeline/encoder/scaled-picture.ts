import { AV_PIX_FMT_YUV420P, SWS_AREA } from 'node-av/constants';
import { FFmpegError, Frame, SoftwareScaleContext } from 'node-av/lib';

/** A picture in 4:2:0 scaled to another size, for a smaller rendition. */
export class ScaledPicture {
  readonly frame = new Frame();
  readonly #scaler = new SoftwareScaleContext();

  /**
   * @param source the picture to scale, of a size that does not change
   * @throws FFmpegError when the picture cannot be allocated
   */
  constructor(
    private readonly source: Frame,
    width: number,
    height: number,
  ) {
    this.frame.alloc();
    this.frame.width = width;
    this.frame.height = height;
    this.frame.format = AV_PIX_FMT_YUV420P;
    FFmpegError.throwIfError(this.frame.allocBuffer(), 'allocate scaled picture');
    const { width: fromWidth, height: fromHeight } = source;
    const format = AV_PIX_FMT_YUV420P;
    this.#scaler.getContext(fromWidth, fromHeight, format, width, height, format, SWS_AREA);
  }

  /** Takes over what the source shows now. */
  update(): void {
    const [from, to] = [this.source, this.frame];
    const result = this.#scaler.scaleSync(
      from.data ?? [],
      from.linesize,
      0,
      from.height,
      to.data ?? [],
      to.linesize,
    );
    FFmpegError.throwIfError(result, 'scale picture');
  }

  close(): void {
    this.#scaler.freeContext();
    this.frame.free();
  }
}
