import { removeFolder } from './temporary';

/** Removes the folder for the temporary files of this run. */
export default function teardown(): void {
  removeFolder(process.env['TMPDIR']!);
}
