import type { Badge } from '../../../math/l2/types.ts';

/** Description of a method for ‖M‖₂, independent of the layer. */
export interface MethodLabels {
  readonly label: string;
  readonly badge: Badge;
  readonly tex: string;
  readonly plain: string;
  readonly says: string;
}

const GRAM: Omit<MethodLabels, 'label'> = {
  badge: 'certified upper',
  tex: String.raw`\bigl\|(M^{\top}M)^{2^{t-1}}\bigr\|_\infty^{1/2^t}`,
  plain: '‖(MᵀM)^(2^(t−1))‖∞^(1/2^t)',
  says: 'The paper’s ℓ∞ formula applied to the kernel correlated with itself t times; an upper bound for every input size.',
};

/** Every row of the ℓ2 table in its place; the ladder has one row, for the rung that is chosen. */
export const L2_LABELS: Readonly<Record<string, MethodLabels>> = {
  formula3: {
    label: 'Formula (3)',
    badge: 'certified upper',
    tex: String.raw`\Bigl(h_\mathrm{out}\,w_\mathrm{out}\sum_{i,j,k,t}K_{i,j,k,t}^2\Bigr)^{1/2}\quad(3)`,
    plain: '(h_out · w_out · ΣK²)^½   (3)',
    says: 'Theorem 1: the Frobenius norm that M would have if no window left the input. Always an upper bound, usually a loose one.',
  },
  frobenius: {
    label: 'Frobenius norm',
    badge: 'certified upper',
    tex: String.raw`\|M\|_F=\Bigl(\sum_{k,t}n_k\,n_t\|K_{\cdot,\cdot,k,t}\|_F^2\Bigr)^{1/2}`,
    plain: '‖M‖_F = (Σ n_k n_t ‖K_kt‖²)^½',
    says: 'n_k counts how often tap k falls inside the input; at most formula (3).',
  },
  'sqrt-l1-linf': {
    label: '√(ℓ1 · ℓ∞)',
    badge: 'certified upper',
    tex: String.raw`\sqrt{\|M\|_1\,\|M\|_\infty}`,
    plain: '√(‖M‖₁ · ‖M‖∞)',
    says: 'An upper bound of ‖M‖₂ for every matrix; rung t = 0 of the Gram ladder.',
  },
  gram: { label: 'Gram', ...GRAM },
  'symbol-sup': {
    label: 'Symbol supremum',
    badge: 'certified upper',
    tex: String.raw`\sup_\theta\sigma\bigl(F(\theta)\bigr)\le\frac{\max_{\text{grid}}\sigma(F)}{\cos(\pi r_1/N)\cos(\pi r_2/N)}`,
    plain: 'sup σ(F(θ)) ≤ max over a grid ÷ (cos(πr₁/N)·cos(πr₂/N))',
    says: 'The largest norm of the kernel’s symbol (polyphase for strides), certified between grid points by Ehlich and Zeller’s inequality.',
  },
  patch: {
    label: 'Patch bound',
    badge: 'certified upper',
    tex: String.raw`\sqrt{\lceil k_1/s_1\rceil\lceil k_2/s_2\rceil}\;\sigma(\text{reshaped }K)`,
    plain: '√(⌈k1/s1⌉·⌈k2/s2⌉) · σ(reshaped K)',
    says: 'A pixel is in so many windows at most; the reshaped kernel’s norm is certified from above.',
  },
  'fantastic-four': {
    label: 'Fantastic Four',
    badge: 'certified upper',
    tex: String.raw`\sqrt{k_1k_2}\,\min(\sigma(R),\sigma(S),\sigma(T),\sigma(U))`,
    plain: '√(k1·k2) · min σ of four reshapes',
    says: 'Four ways to flatten the kernel, the least norm of them; here each is certified, while published code estimates it from below.',
  },
  svd: {
    label: 'SVD of M',
    badge: 'exact',
    tex: String.raw`\sigma_{\max}(M)`,
    plain: 'σ_max(M)',
    says: 'All singular values of M itself; for small M only.',
  },
  lanczos: {
    label: 'Lanczos',
    badge: 'certified lower',
    tex: String.raw`\sigma_{\max}(B_m)\le\|M\|_2`,
    plain: 'σ_max(B_m) ≤ ‖M‖₂',
    says: 'Golub, Kahan and Lanczos: the best vector of a Krylov space of the true strided, padded operator; its quotient is rounded down.',
  },
  power: {
    label: 'Power iteration',
    badge: 'certified lower',
    tex: String.raw`v\leftarrow M^{\top}Mv/\|M^{\top}Mv\|`,
    plain: 'v ← MᵀMv / ‖MᵀMv‖',
    says: 'As Virmaux and Scaman state it: a lower bound that rises to the truth, slowly when the gap is small.',
  },
  'power-as-run': {
    label: 'Power, as run',
    badge: 'estimate',
    tex: String.raw`v\leftarrow v+\textstyle\sum\nabla`,
    plain: 'power iteration with gradients that pile up',
    says: 'As the paper’s code ran it: the gradient buffer is never cleared, so many steps are worth a few.',
  },
  gouk: {
    label: 'No stride, no pad',
    badge: 'neither',
    tex: String.raw`\|M_{s=1,\,p=0}\|_2`,
    plain: '‖M with s = 1, p = 0‖₂',
    says: 'Gouk et al.: power iteration on the same kernel without stride and padding.',
  },
  sgl: {
    label: 'FFT, circular',
    badge: 'neither',
    tex: String.raw`\max_{\theta\in\text{DFT grid}}\sigma\bigl(F(\theta)\bigr)`,
    plain: 'max over the DFT grid of σ(F(θ))',
    says: 'Sedghi, Gupta and Long: exact for circular padding and stride 1, another operator otherwise.',
  },
  reshaped: {
    label: 'Reshaped kernel',
    badge: 'neither',
    tex: String.raw`\sigma\bigl(K\in\mathbb R^{d_\mathrm{out}\times d_\mathrm{in}k_1k_2}\bigr)`,
    plain: 'σ of K as a d_out × (d_in·k1·k2) matrix',
    says: 'Yoshida and Miyato: cheap, but a bound from neither side.',
  },
};
