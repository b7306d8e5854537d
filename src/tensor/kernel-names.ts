/** Names of the lab's own kernels in tfjs's registry; a backend without one composes the op. */
export const CONV = 'LabConv2D';
export const CONV_INPUT_GRADIENT = 'LabConv2DInputGradient';
export const CONV_FILTER_GRADIENT = 'LabConv2DFilterGradient';
export const MAX_POOL_GRADIENT = 'LabMaxPoolGradient';
export const RELU_GRADIENT = 'LabReluGradient';
export const CHANNEL_SUMS = 'LabChannelSums';
export const MOMENTS = 'LabMoments';
export const NORMALIZE = 'LabNormalize';
export const BATCH_NORM_GRADIENT = 'LabBatchNormGradient';
export const BIAS_ADD = 'LabBiasAdd';
export const ADD_SCALED = 'LabAddScaled';
export const SWAP_AXES = 'LabSwapAxes';
