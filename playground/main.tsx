/** The playground: one page that shows what a resizer makes of its originals. */
import { render } from 'preact';
import { App } from './app';

render(<App />, document.body);
