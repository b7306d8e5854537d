import type { MatrixReply, MatrixRequest } from '../../model/layer/matrix-view.ts';
import { MatrixSession } from './session.ts';

/** The part of a dedicated worker's global scope that is used here. */
interface Scope {
  onmessage: (event: MessageEvent<MatrixRequest<OffscreenCanvas>>) => void;
  postMessage: (message: MatrixReply) => void;
}

const scope = globalThis as unknown as Scope;
const session = new MatrixSession((message) => scope.postMessage(message));
scope.onmessage = ({ data }: MessageEvent<MatrixRequest<OffscreenCanvas>>) => session.take(data);
