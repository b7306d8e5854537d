/**
 * WGSL for groups so narrow that the tiles of a product would stay empty (depthwise): a thread for
 * each number, which reads its window itself. Uniforms as in `conv-code.ts`.
 */
/** y = x ∗ w. */
export const DIRECT_FORWARD = `
fn main() {
  let place = threadNumber();
  if (place >= uniforms.batch * uniforms.outH * uniforms.outW * uniforms.outputs * uniforms.groups) { return; }
  let pixel = outputPixel(place / (uniforms.outputs * uniforms.groups));
  let output = place % (uniforms.outputs * uniforms.groups);
  var sum = 0.0;
  for (var term = 0; term < uniforms.kernelH * uniforms.kernelW * uniforms.inputs; term++) {
    let tap = kernelTap(term, output / uniforms.outputs);
    sum += sample(pixel, tap) * w[term * uniforms.outputs * uniforms.groups + output];
  }
  result[place] = sum;
}
`;

/** dx of narrow groups. */
export const DIRECT_INPUT_GRADIENT = `
fn main() {
  let place = threadNumber();
  if (place >= uniforms.batch * uniforms.inH * uniforms.inW * uniforms.inputs * uniforms.groups) { return; }
  let channel = place % (uniforms.inputs * uniforms.groups);
  let group = channel / uniforms.inputs;
  let pixel = place / (uniforms.inputs * uniforms.groups);
  let line = pixel / uniforms.inW;
  let image = line / uniforms.inH;
  let h = line - image * uniforms.inH + uniforms.padTop;
  let v = pixel - line * uniforms.inW + uniforms.padLeft;
  var sum = 0.0;
  for (var k = 0; k < uniforms.kernelH; k++) {
    let down = h - k * uniforms.dilationH;
    if (down < 0 || down % uniforms.strideH != 0 || down / uniforms.strideH >= uniforms.sideH) { continue; }
    for (var t = 0; t < uniforms.kernelW; t++) {
      let across = v - t * uniforms.dilationW;
      if (across < 0 || across % uniforms.strideW != 0 || across / uniforms.strideW >= uniforms.sideW) { continue; }
      let weight = ((k * uniforms.kernelW + t) * uniforms.inputs + channel - group * uniforms.inputs) * uniforms.depth;
      let start = ((image * uniforms.sideH + down / uniforms.strideH) * uniforms.sideW + across / uniforms.strideW) * uniforms.depth;
      for (var o = group * uniforms.outputs; o < (group + 1) * uniforms.outputs; o++) {
        sum += dy[start + o] * w[weight + o];
      }
    }
  }
  result[place] = sum;
}
`;

/** Threads of a narrow filter gradient: outputs side by side, and pixels shared out. */
export const DIRECT = { columns: 32, lanes: 4 } as const;

/** dw of narrow groups: a workgroup has some outputs of one tap, and a run of pixels. */
export const DIRECT_FILTER_GRADIENT = `
const COLUMNS = ${DIRECT.columns};
const LANES = ${DIRECT.lanes};
var<workgroup> sums : array<f32, COLUMNS * LANES>;
fn main() {
  let number = workgroupNumber();
  let tiles = (uniforms.outputs * uniforms.groups + COLUMNS - 1) / COLUMNS;
  let rest = number / tiles;
  let row = rest % (uniforms.kernelH * uniforms.kernelW * uniforms.inputs);
  let split = rest / (uniforms.kernelH * uniforms.kernelW * uniforms.inputs);
  let column = i32(localIndex) % COLUMNS;
  let lane = i32(localIndex) / COLUMNS;
  let output = (number % tiles) * COLUMNS + column;
  let tap = kernelTap(row, output / uniforms.outputs);
  var sum = 0.0;
  if (output < uniforms.outputs * uniforms.groups) {
    for (var step = lane; step < uniforms.chunk; step += LANES) {
      let place = split * uniforms.chunk + step;
      if (place < uniforms.batch * uniforms.outH * uniforms.outW) {
        sum += sample(outputPixel(place), tap) * dy[place * uniforms.outputs * uniforms.groups + output];
      }
    }
  }
  sums[localIndex] = sum;
  workgroupBarrier();
  if (lane == 0 && output < uniforms.outputs * uniforms.groups && split < uniforms.splits) {
    for (var other = 1; other < LANES; other++) { sum += sums[other * COLUMNS + column]; }
    result[(split * uniforms.kernelH * uniforms.kernelW * uniforms.inputs + row) * uniforms.outputs * uniforms.groups + output] = sum;
  }
}
`;
