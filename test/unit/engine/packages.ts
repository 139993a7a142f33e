// The model packages that tests run on, and how to load one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BltManifest } from '../../../src/core/manifest';
import { isBlt, Model, type Graphs } from '../../../src/engine/model';

export const root = path.resolve(import.meta.dirname, '../../..');
const fixtures = path.join(root, 'test/fixtures/models');

export const oracleDirectory = path.join(fixtures, 'oracle-tiny');

/** A MEGABYTE of random weights. */
export const megabyteDirectory = path.join(fixtures, 'megabyte-tiny');

/** Every BLT that lies here: the fixtures, and what has been trained. */
export const packages = [fixtures, path.join(root, 'models')].flatMap((folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(path.join(folder, name, 'manifest.json')))
        .map((name) => ({ name, directory: path.join(folder, name) }))
        .filter(({ directory }) => directory !== megabyteDirectory)
    : [],
);

export type Blt = Model & Graphs<BltManifest>;

export async function loadModel(modelDirectory: string): Promise<Blt> {
  const model = await Model.load({ modelDirectory });
  if (!isBlt(model)) throw new Error(`${modelDirectory} is no BLT.`);
  return model;
}

export interface Golden {
  readonly ids: readonly number[];
  readonly threshold: number;
  readonly entropies: readonly number[];
  readonly patchLengths: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly greedy: readonly number[];
}

export function golden(name: string): Golden {
  return JSON.parse(readFileSync(path.join(root, 'test/fixtures/golden', `${name}.json`), 'utf8')) as Golden;
}

export function argmax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

export function greatestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Infinity;
  return Array.from(left).reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? NaN))), 0);
}
