// ipx over a folder: `ipx.mjs FOLDER [OPTIONS]`. It hands on a format and its quality; with options as JSON, by format,
// the encoder gets these as well, and sharp is set as it is for the product. Prints its port.
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';
import { createServer } from 'node:http';
import sharp from 'sharp';

const [, , folder, options] = process.argv;

if (options) {
  const more = JSON.parse(options);
  const { toFormat } = sharp.prototype;
  sharp.prototype.toFormat = function withMore(format, given) {
    return toFormat.call(this, format, { ...given, ...more[format] });
  };
  sharp.cache(false);
  sharp.concurrency(1);
}

const server = createServer(createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: folder }) })));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
