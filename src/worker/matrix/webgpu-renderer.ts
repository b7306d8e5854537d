import type { RasterSource } from '../../math/block-max.ts';
import { levelThresholds } from '../../math/weight-keys.ts';
import type { MatrixDraw } from '../../spec/matrix-view.ts';
import { colorTable } from './colors.ts';
import { rasterView, type Renderer, type Show, type Stale } from './renderer.ts';
import { geometryWords, sideWords, tapSetWords } from './webgpu-buffers.ts';
import { SHADER } from './webgpu-shader.ts';

/** Names under which browsers list adapters that compute on the processor. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render|warp/i;

/** Whether an adapter is a piece of hardware: one in software is slower than the canvas. */
function isHardware(adapter: GPUAdapter): boolean {
  const { isFallbackAdapter, vendor, architecture, device, description } = adapter.info;
  return !isFallbackAdapter && !SOFTWARE.test([vendor, architecture, device, description].join(' '));
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
  } catch {
    return null; // a driver that refuses is as good as none: the canvas draws the same
  }
}

const FORMAT = 'rgba8unorm';

/** Draws with one fragment program: each pixel searches its own block, in integers. */
class WebGpuRenderer implements Renderer {
  readonly kind = 'webgpu';
  readonly #device: GPUDevice;
  readonly #pipeline: GPURenderPipeline;
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context: GPUCanvasContext;
  readonly #buffers = new Map<string, GPUBuffer>();
  #source: RasterSource | null = null;

  private constructor(device: GPUDevice, pipeline: GPURenderPipeline) {
    this.#device = device;
    this.#pipeline = pipeline;
    this.#context = this.#canvas.getContext('webgpu')!;
    this.#context.configure({ device, format: FORMAT, alphaMode: 'opaque' });
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
      throw new Error(`The graphics device holds at most ${Math.floor(limit / 2 ** 20)} MiB of weights.`);
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
    this.#write('frame', Uint32Array.of(['value', 'tap', 'tap-set'].indexOf(draw.mode), draw.width, draw.height));
    this.#canvas.width = draw.width;
    this.#canvas.height = draw.height;
    this.#encode();
    const picture = this.#canvas.transferToImageBitmap();
    await this.#device.queue.onSubmittedWorkDone();
    if (stale()) picture.close();
    else show(picture, true);
  }

  #encode(): void {
    const encoder = this.#device.createCommandEncoder();
    const view = this.#context.getCurrentTexture().createView();
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view, loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#bindings());
    pass.draw(3);
    pass.end();
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
