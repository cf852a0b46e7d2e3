import { join } from 'node:path';
import { Renderer } from '../render-process/renderer';
import type { OriginResponseSettings } from '../config/settings';

declare const SETTINGS: OriginResponseSettings;

/** Its process starts with the function, and is reused. The build puts the bundle of that process beside this one. */
export const renderer = new Renderer(join(__dirname, 'render.js'), SETTINGS.render);
