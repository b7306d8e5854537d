/**
 * WGSL that all three passes of a convolution share: a number of an image under a tap. Constants
 * uniforms.sideH, uniforms.sideW and uniforms.depth are the sizes of the image that is read.
 */
export function sampleCode(image: string): string {
  return `
struct Pixel { base : i32, h : i32, v : i32 };
struct Tap { channel : i32, h : i32, v : i32 };

fn sample(pixel : Pixel, tap : Tap) -> f32 {
  let h = pixel.h + tap.h;
  let v = pixel.v + tap.v;
  let inside = (min(min(pixel.base, tap.channel), min(h, v)) >= 0) & (h < uniforms.sideH) & (v < uniforms.sideW);
  let place = pixel.base + (h * uniforms.sideW + v) * uniforms.depth + tap.channel;
  return select(0.0, ${image}[select(0, place, inside)], inside);
}
`;
}

/** The places of x that an output pixel and a tap of the kernel meet in (forward and filter). */
export const FORWARD_PLACES = `
fn outputPixel(place : i32) -> Pixel {
  if (place >= uniforms.batch * uniforms.outH * uniforms.outW) { return Pixel(-1, 0, 0); }
  let line = place / uniforms.outW;
  let image = line / uniforms.outH;
  return Pixel(
    image * uniforms.sideH * uniforms.sideW * uniforms.depth,
    (line - image * uniforms.outH) * uniforms.strideH - uniforms.padTop,
    (place - line * uniforms.outW) * uniforms.strideW - uniforms.padLeft);
}

fn kernelTap(place : i32, group : i32) -> Tap {
  if (place >= uniforms.kernelH * uniforms.kernelW * uniforms.inputs) { return Tap(-1, 0, 0); }
  let tap = place / uniforms.inputs;
  let row = tap / uniforms.kernelW;
  return Tap(
    group * uniforms.inputs + place - tap * uniforms.inputs,
    row * uniforms.dilationH,
    (tap - row * uniforms.kernelW) * uniforms.dilationW);
}
`;

/** y = x ∗ w: rows are output pixels, terms are taps. */
export const FORWARD = `
alias Row = Pixel;
alias Inner = Tap;
fn rowAt(row : i32, group : i32) -> Pixel { return outputPixel(row); }
fn innerAt(term : i32, group : i32) -> Tap { return kernelTap(term, group); }
fn left(row : Pixel, inner : Tap) -> f32 { return sample(row, inner); }
fn lineAt(term : i32, group : i32) -> i32 {
  let inside = term < uniforms.kernelH * uniforms.kernelW * uniforms.inputs;
  return select(-1, (term * uniforms.groups + group) * uniforms.outputs, inside);
}
fn right(line : i32, column : i32) -> f32 {
  let inside = (line >= 0) & (column < uniforms.outputs);
  return select(0.0, w[select(0, line + column, inside)], inside);
}
fn put(row : i32, column : i32, group : i32, split : i32, sum : f32) {
  if (row < uniforms.batch * uniforms.outH * uniforms.outW && column < uniforms.outputs) {
    result[(row * uniforms.groups + group) * uniforms.outputs + column] = sum;
  }
}
`;

/** dw: rows are taps, terms are output pixels; the sum over pixels is split. */
export const FILTER_GRADIENT = `
alias Row = Tap;
alias Inner = Pixel;
fn rowAt(row : i32, group : i32) -> Tap { return kernelTap(row, group); }
fn innerAt(term : i32, group : i32) -> Pixel { return outputPixel(term); }
fn left(row : Tap, inner : Pixel) -> f32 { return sample(inner, row); }
fn lineAt(term : i32, group : i32) -> i32 {
  let inside = term < uniforms.batch * uniforms.outH * uniforms.outW;
  return select(-1, (term * uniforms.groups + group) * uniforms.outputs, inside);
}
fn right(line : i32, column : i32) -> f32 {
  let inside = (line >= 0) & (column < uniforms.outputs);
  return select(0.0, dy[select(0, line + column, inside)], inside);
}
fn put(row : i32, column : i32, group : i32, split : i32, sum : f32) {
  if (row < uniforms.kernelH * uniforms.kernelW * uniforms.inputs && column < uniforms.outputs) {
    let place = split * uniforms.kernelH * uniforms.kernelW * uniforms.inputs + row;
    result[(place * uniforms.groups + group) * uniforms.outputs + column] = sum;
  }
}
`;

/**
 * dx at the input pixels of one phase of the stride: rows are those pixels, terms the taps that
 * reach them. Tap i of the phase along an axis is `tap + i · TAP_STEP` and meets the output BACK · i
 * before that of tap 0.
 */
export const INPUT_GRADIENT = `
alias Row = Pixel;
alias Inner = Tap;
fn rowAt(row : i32, group : i32) -> Pixel {
  if (row >= uniforms.batch * uniforms.rows * uniforms.columns) { return Pixel(-1, 0, 0); }
  let line = row / uniforms.columns;
  let image = line / uniforms.rows;
  let h = uniforms.firstH + (line - image * uniforms.rows) * uniforms.strideH;
  let v = uniforms.firstV + (row - line * uniforms.columns) * uniforms.strideW;
  return Pixel(
    image * uniforms.sideH * uniforms.sideW * uniforms.depth,
    (h + uniforms.padTop - uniforms.tapH * uniforms.dilationH) / uniforms.strideH,
    (v + uniforms.padLeft - uniforms.tapV * uniforms.dilationW) / uniforms.strideW);
}
fn innerAt(term : i32, group : i32) -> Tap {
  let tap = term / uniforms.outputs;
  let row = tap / max(uniforms.tapsV, 1);
  if (row >= uniforms.tapsH || uniforms.tapsV == 0) { return Tap(-1, 0, 0); }
  let column = tap - row * uniforms.tapsV;
  return Tap(
    group * uniforms.outputs + term - tap * uniforms.outputs,
    -row * uniforms.backH,
    -column * uniforms.backW);
}
fn left(row : Pixel, inner : Tap) -> f32 { return sample(row, inner); }
fn lineAt(term : i32, group : i32) -> i32 {
  let tap = term / uniforms.outputs;
  let row = tap / max(uniforms.tapsV, 1);
  let h = uniforms.tapH + row * uniforms.tapStepH;
  let v = uniforms.tapV + (tap - row * uniforms.tapsV) * uniforms.tapStepW;
  let line = (h * uniforms.kernelW + v) * uniforms.inputs * uniforms.depth;
  let channel = group * uniforms.outputs + term - tap * uniforms.outputs;
  return select(-1, line + channel, (row < uniforms.tapsH) & (uniforms.tapsV > 0));
}
fn right(line : i32, column : i32) -> f32 {
  let inside = (line >= 0) & (column < uniforms.inputs);
  return select(0.0, w[select(0, line + column * uniforms.depth, inside)], inside);
}
fn put(row : i32, column : i32, group : i32, split : i32, sum : f32) {
  if (row < uniforms.batch * uniforms.rows * uniforms.columns && column < uniforms.inputs) {
    let line = row / uniforms.columns;
    let image = line / uniforms.rows;
    let h = uniforms.firstH + (line - image * uniforms.rows) * uniforms.strideH;
    let v = uniforms.firstV + (row - line * uniforms.columns) * uniforms.strideW;
    result[(((image * uniforms.inH + h) * uniforms.inW + v) * uniforms.groups + group) * uniforms.inputs + column] = sum;
  }
}
`;
