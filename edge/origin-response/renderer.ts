import { join } from 'node:path';
import { Renderer } from '../render-process/renderer';
import type { OriginResponseSettings } from '../config/settings';

declare const SETTINGS: OriginResponseSettings;

/** Its process starts with the function, and is kept for the next request. The build puts its bundle beside this one. */
export const renderer = new Renderer(join(__dirname, 'render.js'), SETTINGS.render);
