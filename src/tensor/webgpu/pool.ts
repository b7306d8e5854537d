import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { PoolShape } from '../pool-shape.ts';
import { runProgram, threadEach } from './program.ts';

/**
 * A thread for each number of x: it looks at the windows that hold it and takes the gradient of
 * those whose first maximum it is.
 */
const CODE = `
fn isFirst(place : i32, line : i32, column : i32, top : i32, start : i32) -> bool {
  for (var h = max(top, 0); h <= line; h++) {
    let end = select(start + uniforms.kernelW, column, h == line);
    for (var v = max(start, 0); v < min(end, uniforms.inW); v++) {
      let other = place + ((h - line) * uniforms.inW + v - column) * uniforms.channels;
      if (x[other] == x[place]) { return false; }
    }
  }
  return true;
}

fn main() {
  let place = threadNumber();
  if (place >= uniforms.count) { return; }
  let channel = place % uniforms.channels;
  let pixel = place / uniforms.channels;
  let column = pixel % uniforms.inW;
  let line = (pixel / uniforms.inW) % uniforms.inH;
  let image = pixel / (uniforms.inW * uniforms.inH);
  let down = line + uniforms.padTop;
  let across = column + uniforms.padLeft;
  var sum = 0.0;
  for (var row = max(0, down - uniforms.kernelH + uniforms.strideH) / uniforms.strideH;
       row < uniforms.outH && row * uniforms.strideH <= down; row++) {
    for (var window = max(0, across - uniforms.kernelW + uniforms.strideW) / uniforms.strideW;
         window < uniforms.outW && window * uniforms.strideW <= across; window++) {
      let output = ((image * uniforms.outH + row) * uniforms.outW + window) * uniforms.channels;
      if (y[output + channel] != x[place]) { continue; }
      let top = row * uniforms.strideH - uniforms.padTop;
      let start = window * uniforms.strideW - uniforms.padLeft;
      if (isFirst(place, line, column, top, start)) { sum += dy[output + channel]; }
    }
  }
  result[place] = sum;
}
`;

/**
 * dx of a max-pool: the first maximum of a window, row by row, takes its gradient (PyTorch's rule;
 * tfjs's own WebGPU and WebGL kernels give it to the last). A window whose maximum is NaN gives
 * none.
 */
export function maxPoolGradient(
  backend: unknown,
  shape: PoolShape,
  inputs: Readonly<Record<'x' | 'y' | 'dy', TensorInfo>>,
): TensorInfo {
  const { kernel, stride, padding, input, output, channels } = shape;
  const [[kernelH, kernelW], [strideH, strideW]] = [kernel, stride];
  const [[inH, inW], [outH, outW]] = [input, output];
  const count = shape.batch * inH * inW * channels;
  const sizes = {
    count,
    channels,
    kernelH,
    kernelW,
    strideH,
    strideW,
    inH,
    inW,
    outH,
    outW,
    padTop: padding[0],
    padLeft: padding[2],
  };
  return runProgram(
    backend,
    threadEach({ name: 'max_pool_gradient', sizes, code: CODE, inputs, shape: inputs.x.shape }),
  );
}
