/** Imported before anything that loads sharp. In the bundle, `__dirname` is the folder of the package. */
import { fontVariables } from './fonts';

Object.assign(process.env, fontVariables(__dirname));
