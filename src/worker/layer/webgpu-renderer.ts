import type { RasterSource } from '../../math/block-max.ts';
import { levelThresholds } from '../../math/weight-keys.ts';
import type { MatrixDraw } from '../../model/layer/matrix-view.ts';
import { colorTable } from './colors.ts';
import { rasterView, type Renderer, type Show, type Stale } from './renderer.ts';
import { geometryWords, sideWords, tapSetWords } from './webgpu-buffers.ts';
import { SHADER } from './webgpu-shader.ts';

/** Names under which browsers list adapters that compute on the processor. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render|warp/i;

/** Whether an adapter is a piece of hardware: one in software is slower than the canvas. */
function isHardware(adapter: GPUAdapter): boolean {
  const { isFallbackAdapter, vendor, architecture, device, description } = adapter.info;
  return (
    !isFallbackAdapter && !SOFTWARE.test([vendor, architecture, device, description].join(' '))
  );
}

/** A renderer on WebGPU, and a way to lose its device on purpose (tests). */
export interface OpenedWebGpu {
  readonly renderer: Renderer;
  readonly lose: () => void;
}

/** Opens WebGPU; null when there is none, or only one in software and that is not wished. */
export async function openWebGpu(
  software: boolean,
  onLost: (reason: string) => void,
): Promise<OpenedWebGpu | null> {
  try {
    const adapter = (await (navigator.gpu as GPU | undefined)?.requestAdapter()) ?? null;
    if (adapter === null || (!software && !isHardware(adapter))) return null;
    const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
    const device = await adapter.requestDevice({
      requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
    });
    void device.lost.then(({ message, reason }) => onLost(message || reason));
    const renderer = await WebGpuRenderer.create(device);
    return { renderer, lose: () => device.destroy() };
  } catch (error) {
    if (software) throw error;
    return null; // a driver that refuses is as good as none: the canvas draws the same
  }
}

const FORMAT = 'rgba8unorm';
/** Rows of a texture copy begin at multiples of so many bytes. */
const ROW_BYTES = 256;

/** Where a frame is drawn, and where its pixels are read back. */
interface Target {
  readonly width: number;
  readonly height: number;
  readonly texture: GPUTexture;
  readonly bytesPerRow: number;
  readonly copy: GPUBuffer;
}

/**
 * Draws with one fragment program: each pixel searches its own block, in integers. The pixels are read
 * back and shown as the canvas's are: a WebGPU canvas in a worker was seen to take its device with it
 * on Chromium's software adapter (transferToImageBitmap: "external Instance reference no longer
 * exists"), and could not give way to a 2-D one. A picture of 800 x 600 is 2 MB.
 */
class WebGpuRenderer implements Renderer {
  readonly kind = 'webgpu';
  readonly #device: GPUDevice;
  readonly #pipeline: GPURenderPipeline;
  readonly #buffers = new Map<string, GPUBuffer>();
  #target: Target | null = null;
  #source: RasterSource | null = null;

  private constructor(device: GPUDevice, pipeline: GPURenderPipeline) {
    this.#device = device;
    this.#pipeline = pipeline;
  }

  static async create(device: GPUDevice): Promise<WebGpuRenderer> {
    const module = device.createShaderModule({ code: SHADER });
    const pipeline = await device.createRenderPipelineAsync({
      layout: 'auto',
      vertex: { module, entryPoint: 'cover' },
      fragment: { module, entryPoint: 'paint', targets: [{ format: FORMAT }] },
    });
    return new WebGpuRenderer(device, pipeline);
  }

  /** @throws Error when the weights are more than the device can bind. */
  async load(source: RasterSource): Promise<void> {
    const limit = this.#device.limits.maxStorageBufferBindingSize;
    if (source.keys.keys.byteLength > limit) {
      throw new Error(
        `The graphics device holds at most ${Math.floor(limit / 2 ** 20)} MiB of weights.`,
      );
    }
    this.#source = source;
    this.#device.pushErrorScope('out-of-memory');
    this.#write('keys', source.keys.keys);
    this.#write('geometry', geometryWords(source));
    this.#write('sets', tapSetWords(source));
    this.#write('thresholds', levelThresholds(source.keys));
    const failure = await this.#device.popErrorScope();
    if (failure !== null) throw new Error(failure.message);
  }

  async draw(draw: MatrixDraw, show: Show, stale: Stale): Promise<void> {
    const source = this.#source;
    if (source === null || stale()) return;
    this.#write('colors', colorTable(draw.mode, draw.theme));
    const sides = sideWords(source, rasterView(source, draw));
    this.#write('rows', sides.rows);
    this.#write('columns', sides.columns);
    this.#write(
      'frame',
      Uint32Array.of(['value', 'tap', 'tap-set'].indexOf(draw.mode), draw.width, draw.height),
    );
    const target = this.#targetOf(draw.width, draw.height);
    this.#encode(target);
    const picture = await this.#read(target);
    if (stale()) picture.close();
    else show(picture, true);
  }

  #targetOf(width: number, height: number): Target {
    if (this.#target?.width === width && this.#target.height === height) return this.#target;
    this.#target?.texture.destroy();
    this.#target?.copy.destroy();
    const bytesPerRow = Math.ceil((4 * width) / ROW_BYTES) * ROW_BYTES;
    const texture = this.#device.createTexture({
      size: [width, height],
      format: FORMAT,
      usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
    });
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const copy = this.#device.createBuffer({ size: bytesPerRow * height, usage });
    this.#target = { width, height, texture, bytesPerRow, copy };
    return this.#target;
  }

  async #read({ width, height, bytesPerRow, copy }: Target): Promise<ImageBitmap> {
    await copy.mapAsync(GPUMapMode.READ);
    const bytes = new Uint8ClampedArray(copy.getMappedRange());
    const image = new ImageData(width, height);
    for (let y = 0; y < height; y++) {
      const from = y * bytesPerRow;
      image.data.set(bytes.subarray(from, from + 4 * width), 4 * width * y);
    }
    copy.unmap();
    return createImageBitmap(image);
  }

  #encode({ width, height, texture, bytesPerRow, copy }: Target): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view: texture.createView(), loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#bindings());
    pass.draw(3);
    pass.end();
    encoder.copyTextureToBuffer({ texture }, { buffer: copy, bytesPerRow }, [width, height]);
    this.#device.queue.submit([encoder.finish()]);
  }

  #bindings(): GPUBindGroup {
    const order = ['geometry', 'frame', 'keys', 'sets', 'thresholds', 'colors', 'rows', 'columns'];
    return this.#device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: order.map((name, binding) => ({
        binding,
        resource: { buffer: this.#buffers.get(name)! },
      })),
    });
  }

  /** Writes words into the buffer of that name, which grows when it has to. */
  #write(name: string, words: Uint32Array | Int32Array): void {
    let buffer = this.#buffers.get(name);
    if (buffer === undefined || buffer.size < words.byteLength) {
      buffer?.destroy();
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
      buffer = this.#device.createBuffer({ size: Math.max(16, words.byteLength), usage });
      this.#buffers.set(name, buffer);
    }
    this.#device.queue.writeBuffer(buffer, 0, words as Uint32Array<ArrayBuffer>);
  }
}
