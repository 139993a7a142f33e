/** How far a measurement of a document looks back. Client and engine must agree on it, so that parts are measured like the whole. */

import type { Manifest } from './manifest';
import { measureHeader } from './prompt';

/** Bytes before a byte that its entropy depends on; null: all of them. */
export function entropyReach(manifest: Manifest): number | null {
  if (manifest.architecture !== 'blt') return null;
  const { layers, window } = manifest.stacks.entropy;
  // A prediction is made one position before its byte, and each layer sees `window` positions, the own one included.
  return window === null ? null : layers * (window - 1) + 1;
}

/**
 * A model without a window cannot read a whole document, so for its own predictions the document is cut into stretches of
 * half a context, whole patches where those have a fixed length. Each is read afresh from the start of the one before it.
 */
export function stretchBytes(manifest: Manifest): number {
  const unit = manifest.architecture === 'megabyte' ? manifest.patching.bytes : 1;
  return unit * Math.floor((manifest.context.maxBytes - measureHeader(manifest).length) / 2 / unit);
}
