import { describe, expect, it } from 'vitest';
import { judgeAdapter, judgeRenderer, probeBackends } from './backend-probes.ts';

describe('judging GPUs', () => {
  it.each([
    { vendor: 'nvidia', architecture: 'hopper', description: '' },
    { vendor: 'apple', architecture: 'metal-3' },
    { vendor: 'intel', architecture: 'gen-12lp', isFallbackAdapter: false },
    {},
  ])('an adapter that is a GPU is preferred: %j', (info) => {
    expect(judgeAdapter(info).state).toBe('preferred');
  });

  it.each([
    { vendor: 'google', architecture: 'swiftshader' },
    { vendor: 'nvidia', isFallbackAdapter: true },
    { vendor: '', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    { vendor: 'microsoft', description: 'Microsoft Basic Render Driver' },
  ])('an adapter that emulates one is only possible, and the reason says so: %j', (info) => {
    expect(judgeAdapter(info)).toMatchObject({
      state: 'possible',
      reason: expect.stringContaining('on the CPU') as string,
    });
  });

  it('no adapter is absent', () => {
    expect(judgeAdapter(null)).toEqual({
      state: 'absent',
      reason: 'WebGPU is here, but it offers no adapter.',
    });
  });

  it.each([
    ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060, OpenGL 4.5)', 'preferred'],
    ['Apple GPU', 'preferred'],
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)', 'possible'],
    ['llvmpipe (LLVM 15.0.7, 256 bits)', 'possible'],
    [null, 'absent'],
  ])('the WebGL renderer %s is %s', (renderer, state) => {
    expect(judgeRenderer(renderer).state).toBe(state);
  });
});

describe('probing in Node', () => {
  it('finds wasm and cpu, no WebGL, each with a sentence', async () => {
    const probes = await probeBackends();
    expect(probes.map(({ name }) => name)).toEqual(['webgpu', 'webgl', 'wasm', 'cpu']);
    const states = Object.fromEntries(probes.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({ webgl: 'absent', wasm: 'preferred', cpu: 'preferred' });
    for (const { reason } of probes) expect(reason).toMatch(/\.$/);
  });
});
