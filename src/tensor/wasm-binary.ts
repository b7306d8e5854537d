import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

/** Address of tfjs's wasm binary as Vite builds it; for workers, never imported in Node. */
export const BUNDLED_WASM: string | undefined = simd;
