/** What is shown as a picture, in a drawing of its own: SVG, or PNG made of that. */
import * as l10n from '@vscode/l10n';
import { entropyFigure } from '../../src/core/entropyFigure';
import type { ShownText } from '../../src/core/inspectorMessages';
import type { Starts } from '../../src/core/pieces';
import type { View } from './chartData';
import { toBits } from './numbers';
import { theme } from './theme';

/** Pixels of a PNG for each unit of the drawing. */
const sharpness = 2;

/** The bytes in view. */
export function svgOf(shown: ShownText, starts: Starts, thresholdNats: number | null, view: View): string {
  const { measured, file, model } = shown;
  const start = Math.max(0, Math.floor(view.start));
  const end = Math.min(measured.bytes.length, Math.ceil(view.end));
  return entropyFigure(
    {
      title: l10n.t(
        '{0}, bytes {1} to {2}, {3}',
        file,
        measured.start + start,
        measured.start + end - 1,
        model.modelName,
      ),
      bytes: measured.bytes.subarray(start, end),
      bits: measured.entropyNats.subarray(start, end).map(toBits),
      starts: starts.subarray(start, end),
      thresholdBits: thresholdNats === null ? null : toBits(thresholdNats),
    },
    theme(),
  );
}

export async function pngOf(svg: string): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * sharpness;
  canvas.height = image.naturalHeight * sharpness;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (!blob) throw new Error(l10n.t('The picture is too large.'));
  return new Uint8Array(await blob.arrayBuffer());
}
