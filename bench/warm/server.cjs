// Answers as a distribution whose cache has everything would, as fast as Node can. Prints its port.
'use strict';

const { createServer } = require('node:http');

const BODY = Buffer.alloc(2_000);

const server = createServer(({ url }, response) => {
  if (url === '/') response.writeHead(404, { 'x-resizer-error': 'NO_KEY' }).end('Ask for a key.\n');
  else response.writeHead(200, { 'content-type': 'image/avif', 'x-cache': 'Hit from cloudfront' }).end(BODY);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
