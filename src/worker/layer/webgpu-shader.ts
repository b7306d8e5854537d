import { CATEGORICAL_COLORS } from '../../math/palette.ts';
import { COLOR_LEVELS } from '../../math/weight-keys.ts';

/**
 * One triangle over the picture; each pixel goes through the pairs of its row boxes and column boxes
 * as src/math/block-max.ts does, in 32-bit integers only.
 */
export const SHADER = /* wgsl */ `
struct Axis {
  input: i32, kernel: i32, stride: i32, dilation: i32, pad: i32, circular: i32,
  setOf: i32, setRank: i32, setSize: i32,
}
struct Geometry {
  inPerGroup: i32, outPerGroup: i32, transposed: i32, setColumns: i32, setsOnOutputs: i32,
  vertical: Axis, horizontal: Axis,
}
struct Frame { mode: u32, width: u32, height: u32 }
struct Box { c0: i32, c1: i32, y0: i32, y1: i32, x0: i32, x1: i32 }
struct Links { o0: i32, o1: i32, x0: i32, x1: i32 }
struct Winner { key: u32, kind: i32 }

@group(0) @binding(0) var<storage, read> geometry: Geometry;
@group(0) @binding(1) var<storage, read> frame: Frame;
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read> sets: array<i32>;
@group(0) @binding(4) var<storage, read> thresholds: array<u32>;
@group(0) @binding(5) var<storage, read> colors: array<u32>;
@group(0) @binding(6) var<storage, read> rows: array<i32>;
@group(0) @binding(7) var<storage, read> columns: array<i32>;

@vertex fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

fn floorDivide(a: i32, b: i32) -> i32 {
  let q = a / b;
  return select(q, q - 1, q * b > a);
}

// Outputs [first, last] that tap k links to the inputs, one turn around the axis or none.
fn linked(axis: Axis, k: i32, box: Links, turn: i32) -> vec2i {
  let shift = axis.pad - axis.dilation * k + turn * axis.input;
  let first = max(box.o0, -floorDivide(-(box.x0 + shift), axis.stride));
  let last = min(box.o1 - 1, floorDivide(box.x1 - 1 + shift, axis.stride));
  return vec2i(first, last);
}

fn links(axis: Axis, k: i32, box: Links) -> bool {
  for (var turn = -axis.circular; turn <= axis.circular; turn++) {
    let found = linked(axis, k, box, turn);
    if (found.x <= found.y) { return true; }
  }
  return false;
}

// First and last tap that can link the box at all.
fn window(axis: Axis, box: Links) -> vec2i {
  if (axis.circular == 1) { return vec2i(0, axis.kernel - 1); }
  let least = box.x0 + axis.pad - axis.stride * (box.o1 - 1);
  let most = box.x1 - 1 + axis.pad - axis.stride * box.o0;
  return vec2i(
    max(0, -floorDivide(-least, axis.dilation)),
    min(axis.kernel - 1, floorDivide(most, axis.dilation)),
  );
}

fn bestSet(axis: Axis, box: Links) -> i32 {
  var best = -1;
  let taps = window(axis, box);
  for (var k = taps.x; k <= taps.y; k++) {
    for (var turn = -axis.circular; turn <= axis.circular; turn++) {
      let found = linked(axis, k, box, turn);
      for (var o = found.x; o <= found.y; o++) {
        let x = axis.stride * o + axis.dilation * k - axis.pad - turn * axis.input;
        let member = sets[axis.setOf + select(x, o, geometry.setsOnOutputs == 1)];
        if (best < 0 || sets[axis.setRank + member] < sets[axis.setRank + best]) { best = member; }
        if (sets[axis.setRank + best] == 0) { return best; }
      }
    }
  }
  return best;
}

fn meetSets(winner: Winner, vertical: Links, horizontal: Links) -> Winner {
  let a = bestSet(geometry.vertical, vertical);
  if (a < 0) { return winner; }
  let b = bestSet(geometry.horizontal, horizontal);
  if (b < 0) { return winner; }
  let size = u32(sets[geometry.vertical.setSize + a] * sets[geometry.horizontal.setSize + b]);
  let pair = a * geometry.setColumns + b;
  if (size > winner.key || (size == winner.key && pair < winner.kind)) { return Winner(size, pair); }
  return winner;
}

// Output channels x … y − 1 and, within their group, input channels z … w − 1.
fn meetTap(winner: Winner, tap: i32, channels: vec4i) -> Winner {
  var best = winner;
  let taps = geometry.vertical.kernel * geometry.horizontal.kernel;
  for (var i = channels.x; i < channels.y; i++) {
    for (var j = channels.z; j < channels.w; j++) {
      let key = keys[(i * geometry.inPerGroup + j) * taps + tap];
      if (key > best.key || (key == best.key && tap < best.kind)) { best = Winner(key, tap); }
    }
  }
  return best;
}

fn meetWeights(winner: Winner, vertical: Links, horizontal: Links, channels: vec4i) -> Winner {
  var best = winner;
  let across = window(geometry.horizontal, horizontal);
  let down = window(geometry.vertical, vertical);
  for (var k = down.x; k <= down.y; k++) {
    if (!links(geometry.vertical, k, vertical)) { continue; }
    for (var t = across.x; t <= across.y; t++) {
      if (!links(geometry.horizontal, t, horizontal)) { continue; }
      best = meetTap(best, k * geometry.horizontal.kernel + t, channels);
    }
  }
  return best;
}

fn meet(winner: Winner, output: Box, source: Box) -> Winner {
  var best = winner;
  let vertical = Links(output.y0, output.y1, source.y0, source.y1);
  let horizontal = Links(output.x0, output.x1, source.x0, source.x1);
  let last = (output.c1 - 1) / geometry.outPerGroup;
  for (var group = output.c0 / geometry.outPerGroup; group <= last; group++) {
    let i0 = max(output.c0, group * geometry.outPerGroup);
    let i1 = min(output.c1, (group + 1) * geometry.outPerGroup);
    let first = group * geometry.inPerGroup;
    let j0 = max(source.c0 - first, 0);
    let j1 = min(source.c1 - first, geometry.inPerGroup);
    if (j0 >= j1) { continue; }
    if (frame.mode == 2u) { best = meetSets(best, vertical, horizontal); }
    else { best = meetWeights(best, vertical, horizontal, vec4i(i0, i1, j0, j1)); }
  }
  return best;
}

fn rowBox(at: i32) -> Box {
  return Box(rows[at], rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4], rows[at + 5]);
}

fn columnBox(at: i32) -> Box {
  return Box(
    columns[at], columns[at + 1], columns[at + 2], columns[at + 3], columns[at + 4], columns[at + 5]);
}

fn levelOf(key: u32) -> u32 {
  var low = 0u;
  var high = ${COLOR_LEVELS}u;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (thresholds[middle] <= (key >> 1u)) { low = middle + 1u; } else { high = middle; }
  }
  return low;
}

fn colorOf(winner: Winner) -> u32 {
  if (winner.key == 0u) { return 1u; }
  if (frame.mode != 0u) { return 2u + u32(winner.kind) % ${CATEGORICAL_COLORS}u; }
  let level = levelOf(winner.key);
  if (level == 0u) { return 1u; }
  return 1u + level + select(${COLOR_LEVELS}u, 0u, (winner.key & 1u) == 1u);
}

@fragment fn paint(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let x = u32(position.x);
  let y = u32(position.y);
  let rowFrom = rows[2u * y];
  let columnFrom = columns[2u * x];
  if (rowFrom < 0 || columnFrom < 0) { return unpack4x8unorm(colors[0]); }
  var winner = Winner(0u, -1);
  for (var r = rowFrom; r < rows[2u * y + 1u]; r += 6) {
    let row = rowBox(r);
    for (var c = columnFrom; c < columns[2u * x + 1u]; c += 6) {
      let column = columnBox(c);
      if (geometry.transposed == 1) { winner = meet(winner, column, row); }
      else { winner = meet(winner, row, column); }
    }
  }
  return unpack4x8unorm(colors[colorOf(winner)]);
}
`;
